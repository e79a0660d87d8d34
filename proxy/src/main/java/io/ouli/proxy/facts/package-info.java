/**
 * What this machine is and what a process uses of it, as the kernel tells; every printed figure stands beside it.
 *
 * <p>Used by {@code doctor}, the load generator and the micro-benchmarks. Reads {@code /proc} and {@code /sys} only;
 * where a file is missing the fact is {@code unknown}, never an error.
 */
package io.ouli.proxy.facts;
