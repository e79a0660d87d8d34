package io.ouli.engine.redaction;

/**
 * A secret that was left in an interaction; says where, never what.
 *
 * @param interaction which interaction, as the caller named it.
 * @param field       where in it: {@code request target}, {@code response header set-cookie}, {@code response body} …
 * @param rule        the secret's label.
 */
public record SecretFinding(String interaction, String field, String rule) {
    @Override
    public String toString() {
        return interaction + ": " + field + " still holds " + rule;
    }
}
