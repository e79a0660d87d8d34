/**
 * What looks like a secret: well-known shapes of tokens, values under telling names, and chance-like text.
 *
 * <p>The policy of {@code redaction} takes out what it is told; this package finds what nobody told it.
 */
package io.ouli.engine.scan;
