/**
 * Literal search, and SHA-256 of many messages, by the Vector API: the one package that needs
 * {@code --add-modules jdk.incubator.vector}.
 *
 * <p>Nothing here is loaded unless the module is there; {@link io.ouli.redact.LiteralSearchers} sees to that, and
 * {@link io.ouli.redact.BatchDigests}.
 */
package io.ouli.redact.vector;
