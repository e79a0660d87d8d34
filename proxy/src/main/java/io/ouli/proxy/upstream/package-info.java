/**
 * Speaks HTTP to the recorded servers: HTTP/1.1 on the worker's own transport, plain or through TLS; HTTP/2, where it
 * is asked for, through {@code java.net.http}.
 */
package io.ouli.proxy.upstream;
