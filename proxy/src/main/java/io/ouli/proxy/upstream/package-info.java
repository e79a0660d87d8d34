/**
 * Speaks HTTP to the recorded servers: plain HTTP/1.1 on the worker's own transport, https and HTTP/2 through
 * {@code java.net.http}.
 */
package io.ouli.proxy.upstream;
