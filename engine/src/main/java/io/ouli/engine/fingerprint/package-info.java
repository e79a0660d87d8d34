/**
 * Canonical form 1 of a request and its key: docs/FINGERPRINT.md in code.
 *
 * <p>{@link io.ouli.engine.fingerprint.FingerprintPolicy} says what counts, {@link
 * io.ouli.engine.fingerprint.Fingerprinter} computes, one for each thread.
 */
package io.ouli.engine.fingerprint;
