/**
 * Literal search by the Vector API: the one package that needs {@code --add-modules jdk.incubator.vector}.
 *
 * <p>Nothing here is loaded unless the module is there; {@link io.ouli.redact.LiteralSearchers} sees to that.
 */
package io.ouli.redact.vector;
