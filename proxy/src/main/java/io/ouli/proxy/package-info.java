/**
 * The proxy's public API: {@link io.ouli.proxy.ProxyServer} and its configuration.
 *
 * <p>The packages below it: {@code server} speaks HTTP/1.1 to clients, {@code upstream} to the recorded servers, both
 * on what {@code worker} gives a thread; {@code admin} answers its own port, {@code config} reads files, {@code cli} is
 * the command line, whose larger commands have packages of their own. docs/ARCHITECTURE.md lists them all.
 */
package io.ouli.proxy;
