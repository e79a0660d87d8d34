/** Load, latency and peer measurements over real sockets: the commands of {@code ouli bench}. */
package io.ouli.perf;
