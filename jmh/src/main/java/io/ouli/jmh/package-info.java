/** JMH micro-benchmarks of the hot paths, with their baselines. */
package io.ouli.jmh;
