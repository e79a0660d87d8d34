package io.ouli.engine.scan;

import io.ouli.redact.LiteralSearcher;
import io.ouli.redact.LiteralSearchers;
import io.ouli.redact.LiteralSet;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Values that stand under a telling name, in whatever notation:
 *
 * <pre>
 * "client_secret": "9f8Q…"   password=hunter2&amp;   api-key: 9f8Q…   &lt;SecretAccessKey&gt;9f8Q…
 * \"token\":\"9f8Q…\"
 * </pre>
 *
 * <p>A name counts as a whole, by what it ends with: {@code max_tokens} and {@code next_page_token} tell nothing.
 */
final class NamedValues {
    private static final List<String> STEMS =
            List.of("password", "passwd", "passphrase", "pwd", "secret", "token", "key", "credential");
    private static final List<String> PASSWORDS = List.of("password", "passwd", "passphrase", "pwd");
    private static final List<String> OTHERS = List.of("secret", "token", "credential", "credentials", "apikey",
            "accesskey", "secretkey", "privatekey", "signingkey", "encryptionkey", "accountkey", "authkey", "masterkey",
            "sharedkey");
    /** Places in a list, words of a language model, defences against forgery: named tokens, and no secrets. */
    private static final List<String> INNOCENT = List.of("pagetoken", "nexttoken", "prevtoken", "previoustoken",
            "continuationtoken", "cursortoken", "synctoken", "starttoken", "stoptoken", "endtoken", "eostoken",
            "bostoken", "padtoken", "unktoken", "septoken", "clstoken", "masktoken", "csrftoken", "xsrftoken",
            "requesttoken", "markertoken", "resumetoken");
    private static final Set<String> STAND_INS = Set.of("redacted", "null", "none", "true", "false", "undefined",
            "string", "secret", "password", "token", "example", "changeme", "placeholder", "hidden", "masked",
            "removed", "required", "invalid", "optional");
    private static final int MAX_NAME = 64;
    private static final int MAX_VALUE = 4_096;
    private static final int MIN_PASSWORD = 6;
    private static final int MIN_TOKEN = 16;
    private static final double TOKEN_BITS = 3.0;
    private static final double CERTAIN_BITS = 3.5;
    private static final int CERTAIN_LENGTH = 20;
    private static final LiteralSearcher SEARCHER = LiteralSearchers.forSet(LiteralSet.of(
            STEMS.stream().map(stem -> stem.getBytes(StandardCharsets.US_ASCII)).toList()));

    /** Takes what was found. */
    interface Visitor {
        void value(String name, int start, int end, Confidence confidence);
    }

    private NamedValues() {
    }

    /** Finds the values in a text. */
    static void find(final byte[] text, final Visitor visitor) {
        final byte[] lower = text.clone();
        for (int i = 0; i < lower.length; i++) {
            lower[i] = lower[i] >= 'A' && lower[i] <= 'Z' ? (byte) (lower[i] | 0x20) : lower[i];
        }
        int at = 0;
        while (true) {
            final long match = SEARCHER.find(lower, at, lower.length);
            if (match == LiteralSearcher.NONE) {
                return;
            }
            final int stem = LiteralSearcher.position(match);
            int start = stem;
            while (start > 0 && stem - start < MAX_NAME && isInName(text[start - 1])) {
                start--;
            }
            int end = stem;
            while (end < text.length && end - stem < MAX_NAME && isInName(text[end])) {
                end++;
            }
            visit(text, start, end, visitor);
            at = Math.max(end, stem + 1);
        }
    }

    private static void visit(final byte[] text, final int nameStart, final int nameEnd, final Visitor visitor) {
        final String name = new String(text, nameStart, nameEnd - nameStart, StandardCharsets.US_ASCII);
        final int value = valueAfter(text, nameEnd);
        if (!tells(name) || value < 0) {
            return;
        }
        final boolean quoted = text[value - 1] == '"' || text[value - 1] == '\'';
        final int end = valueEnd(text, value, quoted);
        final Confidence confidence = quoted || !isJsonLiteral(text, value, end) ? judge(name, text, value, end) : null;
        if (confidence != null) {
            visitor.value(name, value, end, confidence);
        }
    }

    private static boolean isInName(final byte c) {
        return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == '-' || c == '.';
    }

    /** {@return whether a name says that its value is secret} */
    static boolean tells(final String name) {
        final String plain = plain(name);
        return (endsWithOne(plain, PASSWORDS) || endsWithOne(plain, OTHERS)) && !endsWithOne(plain, INNOCENT);
    }

    private static String plain(final String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[_.-]", "");
    }

    private static boolean endsWithOne(final String text, final List<String> ends) {
        return ends.stream().anyMatch(text::endsWith);
    }

    /**
     * Judges the value of a name that tells.
     *
     * @return null if the value says that it is none.
     */
    static Confidence judge(final String name, final byte[] text, final int from, final int to) {
        final int length = to - from;
        final String value = new String(text, from, length, StandardCharsets.ISO_8859_1);
        if (length > MAX_VALUE || isStandIn(value) || value.chars().anyMatch(c -> c <= ' ')
                || plain(value).equals(plain(name))) {
            return null;
        }
        if (endsWithOne(plain(name), PASSWORDS)) {
            // A lone word is more often a message about a password than one.
            return length < MIN_PASSWORD ? null
                    : Integer.bitCount(Chance.kinds(text, from, to)) > 1 ? Confidence.MEDIUM : Confidence.LOW;
        }
        final double bits = Chance.bits(text, from, to);
        if (length < MIN_TOKEN || bits < TOKEN_BITS || !Chance.mixed(text, from, to)) {
            return null;
        }
        return length >= CERTAIN_LENGTH && bits >= CERTAIN_BITS ? Confidence.HIGH : Confidence.MEDIUM;
    }

    /** {@return whether a value stands for one that was left out: a placeholder, stars, a variable's name} */
    static boolean isStandIn(final String value) {
        return STAND_INS.contains(value.toLowerCase(Locale.ROOT))
                || value.startsWith("REDACTED") || value.endsWith("REDACTED")
                || value.startsWith("${") || value.startsWith("{{") || value.startsWith("<") || value.startsWith("%(")
                || value.chars().distinct().count() <= 2;
    }

    /** {@return where the value begins that belongs to a name, or -1 if none follows} */
    private static int valueAfter(final byte[] text, final int nameEnd) {
        int at = skipQuote(text, nameEnd);
        at = skipBlank(text, at);
        if (at >= text.length || text[at] != '=' && text[at] != ':' && (text[at] != '>' || at != nameEnd)) {
            return -1;
        }
        at = skipBlank(text, at + 1);
        at = skipQuote(text, at);
        return at < text.length ? at : -1;
    }

    private static int skipBlank(final byte[] text, final int from) {
        int at = from;
        while (at < text.length && (text[at] == ' ' || text[at] == '\t')) {
            at++;
        }
        return at;
    }

    /** A quote in JSON inside JSON has backslashes before it. */
    private static int skipQuote(final byte[] text, final int from) {
        int at = from;
        while (at < text.length && text[at] == '\\') {
            at++;
        }
        return at < text.length && (text[at] == '"' || text[at] == '\'') ? at + 1 : from;
    }

    private static int valueEnd(final byte[] text, final int from, final boolean quoted) {
        final String stops = quoted ? "\"'\\" : "\"'\\&,;<>}])";
        int end = from;
        while (end < text.length && stops.indexOf(text[end]) < 0 && (quoted || text[end] > ' ')) {
            end++;
        }
        return end;
    }

    private static boolean isJsonLiteral(final byte[] text, final int from, final int to) {
        return from == to || text[from] == '{' || text[from] == '['
                || new String(text, from, to - from, StandardCharsets.ISO_8859_1).matches("-?[0-9.eE+-]+");
    }
}
