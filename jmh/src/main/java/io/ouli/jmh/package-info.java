/**
 * JMH micro-benchmarks of the hot paths, each beside its baseline: the JDK's way, the bare floor, the naive way.
 *
 * <p>One command runs them: {@link io.ouli.jmh.Main}. Allocation is always measured. Results carry the machine's facts.
 */
package io.ouli.jmh;
