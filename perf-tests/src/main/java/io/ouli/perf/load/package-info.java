/**
 * The load generator: an HTTP/1.1 client on the transport SPI that sends at planned times, whatever the server does.
 *
 * <p>Coordinated omission is impossible by construction: the plan is arithmetic on the clock, a request that finds no
 * free connection waits with its planned time, and latency is always counted from that time. The reader of replies is
 * its own, not the engine's, so that the judge shares no code with the judged.
 */
package io.ouli.perf.load;
