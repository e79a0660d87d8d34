/**
 * {@code ouli fuzz}: runs the properties and the coverage-guided targets for a given time, and shows what they find.
 *
 * <p>{@link io.ouli.engine.fuzz.FuzzMain} is the entry, {@link io.ouli.engine.fuzz.Target} the list of targets.
 */
package io.ouli.engine.fuzz;
