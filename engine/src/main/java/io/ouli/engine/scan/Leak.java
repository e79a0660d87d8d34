package io.ouli.engine.scan;

/**
 * Something that looks like a secret. It does not hold the secret itself.
 *
 * @param confidence how sure that is.
 * @param rule       what it looks like, such as {@code github-token} or {@code named-value}.
 * @param field      where it is.
 * @param name       the name that its value has there; empty without one.
 * @param masked     its beginning, as far as that is no secret, and its length.
 * @param proposal   the rule that would take it out.
 * @param valueHash  equal for equal values, to count them.
 */
public record Leak(
        Confidence confidence,
        String rule,
        Field field,
        String name,
        String masked,
        Proposal proposal,
        int valueHash) {
}
