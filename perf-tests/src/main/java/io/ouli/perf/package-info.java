/** Load, latency and peer measurements over real sockets. */
package io.ouli.perf;
