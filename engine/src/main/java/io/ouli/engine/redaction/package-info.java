/**
 * What must not be stored, and how it is taken out of requests and responses before fingerprint and storage.
 *
 * <p>{@link io.ouli.engine.redaction.RedactionPolicy} says what; a thread's
 * {@link io.ouli.engine.redaction.MessageRedactor} does it; a {@link io.ouli.engine.redaction.SecretScanner} checks,
 * before a seal, that nothing was left. Nothing here prints a secret.
 */
package io.ouli.engine.redaction;
