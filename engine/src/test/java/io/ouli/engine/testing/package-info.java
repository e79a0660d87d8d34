/**
 * Generators of HTTP requests for property-based and coverage-guided tests; published as the engine's test jar.
 *
 * <p>{@link io.ouli.engine.testing.SampleRequests} makes requests by what they mean, {@link
 * io.ouli.engine.testing.RequestSpeller} writes one in any spelling, {@link io.ouli.engine.testing.RequestChanges}
 * changes what it means.
 */
package io.ouli.engine.testing;
