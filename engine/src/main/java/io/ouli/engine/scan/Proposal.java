package io.ouli.engine.scan;

/**
 * A rule that would take a find out.
 *
 * @param kind  what rule.
 * @param value its name or expression; empty for {@link Kind#SECRET}.
 */
public record Proposal(Kind kind, String value) {
    /** Kinds of rules, as they are spelled on the command line and in the configuration. */
    public enum Kind {
        /** A request header by its name. */
        REQUEST_HEADER("--redact-header", "request_headers"),
        /** A response header by its name. */
        RESPONSE_HEADER("--redact-response-header", "response_headers"),
        /** A query or form parameter by its name. */
        PARAMETER("--redact-parameter", "parameters"),
        /** A JSON member by its name, at any depth. */
        JSON_KEY("--redact-json-key", "json_keys"),
        /** An expression for the shape of a token. */
        EXPRESSION("--redact-regex", "expressions"),
        /** Nothing tells it from other text: its owner has to name it. */
        SECRET("", "");

        private final String flag;
        private final String key;

        Kind(final String flag, final String key) {
            this.flag = flag;
            this.key = key;
        }

        /** {@return the configuration's key under {@code redaction:}} */
        public String key() {
            return key;
        }
    }

    /** {@return the rule for a value of a name in a part of a message} */
    static Proposal forName(final Field field, final String name) {
        return switch (field.place()) {
            case REQUEST_HEADER -> new Proposal(Kind.REQUEST_HEADER, field.header());
            case RESPONSE_HEADER -> new Proposal(Kind.RESPONSE_HEADER, field.header());
            case REQUEST_TARGET, REQUEST_FORM, RESPONSE_FORM -> new Proposal(Kind.PARAMETER, name);
            case REQUEST_JSON, RESPONSE_JSON -> new Proposal(Kind.JSON_KEY, name);
            case REQUEST_BODY, RESPONSE_BODY -> new Proposal(Kind.SECRET, "");
        };
    }

    /** {@return the rule for a shape in a part of a message} */
    static Proposal forShape(final Field field, final TokenShape shape) {
        return field.isHeader() ? forName(field, "") : new Proposal(Kind.EXPRESSION, shape.expression());
    }

    /** {@return the flag with its value, quoted for a shell} */
    public String flag() {
        if (kind == Kind.SECRET) {
            return "OULI_SECRETS_FILE";
        }
        return kind.flag + " " + (value.matches("[A-Za-z0-9_.-]+") ? value : "'" + value.replace("'", "'\\''") + "'");
    }
}
