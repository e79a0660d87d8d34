/**
 * The proxy's door: {@link io.ouli.proxy.ProxyServer} and its configuration.
 *
 * <p>The packages below it: {@code server} speaks HTTP/1.1 to clients, {@code upstream} to the recorded servers,
 * {@code config} reads files, {@code cli} is the command line.
 */
package io.ouli.proxy;
