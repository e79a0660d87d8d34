package io.ouli.engine.redaction;

/** Hears what a redactor does to messages that change, for reports; never what it took out. */
public interface RedactionListener {
    /** Hears nothing. */
    RedactionListener NONE = new RedactionListener() { };

    /**
     * A rule took something out: once for each value that a rule by name or an expression replaced, and once for each
     * target, header value or body that a secret was in.
     *
     * @param rule as {@code request header cookie}, {@code JSON key password}, {@code secret OULI_SECRETS #1}.
     */
    default void applied(final String rule) {
    }

    /**
     * A body changed, and a field that describes the body as it came was left as it is.
     *
     * @param field its name, in lower case.
     */
    default void leftStale(final String field) {
    }
}
