/** Speaks HTTP/1.1 to clients: connections, requests, replays, and replies relayed from upstreams. */
package io.ouli.proxy.server;
