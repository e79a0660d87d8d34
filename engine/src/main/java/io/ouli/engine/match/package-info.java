/**
 * Which recorded interaction answers a request: occurrence counters, strict chains, and why there was none.
 *
 * <p>The entry point is {@link io.ouli.engine.match.SessionTracker}: one for each session and recording.
 */
package io.ouli.engine.match;
