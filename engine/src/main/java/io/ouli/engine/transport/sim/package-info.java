/**
 * The simulated transport: a seeded network in virtual time, in memory, with faults on demand.
 *
 * <p>{@link io.ouli.engine.transport.sim.SimNetwork} is the entry point, for the tests of this project and of its
 * users. The same seed and the same calls give the same run, to the last event.
 */
package io.ouli.engine.transport.sim;
