/** Benchmarks of what the fingerprint's package keeps to itself. */
package io.ouli.engine.fingerprint;
