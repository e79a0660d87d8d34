package io.ouli.engine.fingerprint;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.ouli.engine.Limits;
import io.ouli.engine.OuliException;
import io.ouli.engine.core.JsonPointers;
import io.ouli.engine.core.Sha256;
import io.ouli.engine.http.Headers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What of a request counts for its key: one endpoint's header fields, ignored parts and placeholders. Immutable.
 *
 * <p>Its {@link #hash} is stored in a recording, so that replay under another policy can say so.
 */
public final class FingerprintPolicy {
    /** The header fields that count unless a policy says otherwise. */
    static final Set<String> DEFAULT_HEADERS = Set.of("accept", "content-type", "range");
    /** The header fields that {@link Builder#allHeadersBut} leaves out too: of the connection, the client, the day. */
    static final Set<String> VOLATILE_HEADERS = Set.of(
            "accept-encoding", "b3", "connection", "content-encoding", "content-length", "date", "expect", "forwarded",
            "host", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "request-id", "te",
            "test-name", "traceparent", "tracestate", "baggage", "trailer", "transfer-encoding", "upgrade",
            "user-agent", "via", "x-amzn-trace-id", "x-b3-*", "x-cloud-trace-context", "x-correlation-id",
            "x-forwarded-*", "x-ouli-*", "x-request-id");

    /** The policy of an endpoint that configures nothing. */
    public static final FingerprintPolicy DEFAULT = builder().build();

    /** A part of the request in which a placeholder looks for volatile values. */
    public enum Part {
        /** The path in normal form. */
        PATH,
        /** Each value of the query, decoded. */
        QUERY,
        /** Each value of a header field that counts. */
        HEADER,
        /** Each string and number of a JSON body, each value of a form. */
        BODY
    }

    final Placeholders pathPlaceholders;
    final Placeholders queryPlaceholders;
    final Placeholders headerPlaceholders;
    final Placeholders bodyPlaceholders;
    final byte[][] ignoredQuery;
    final byte[][] ignoredForm;
    final Pointers ignoredJson;
    final boolean ignoresBody;
    private final boolean allBut;
    private final HeaderRule headers;
    /** Names and patterns that are excluded although a pattern includes them; empty with {@link #allBut}. */
    private final HeaderRule headersTakenOut;
    private final HeaderRule headersAskedFor;
    private final String description;
    private final byte[] hash;

    private FingerprintPolicy(final Builder builder) {
        pathPlaceholders = builder.placeholders(Part.PATH);
        queryPlaceholders = builder.placeholders(Part.QUERY);
        headerPlaceholders = builder.placeholders(Part.HEADER);
        bodyPlaceholders = builder.placeholders(Part.BODY);
        ignoredQuery = bytes(builder.query);
        ignoredForm = bytes(builder.form);
        ignoredJson = new Pointers(List.copyOf(builder.json));
        ignoresBody = builder.ignoresBody;
        allBut = builder.allBut;
        final Set<String> names = new TreeSet<>(allBut ? VOLATILE_HEADERS : DEFAULT_HEADERS);
        if (allBut) {
            names.addAll(builder.excluded);
        } else {
            names.addAll(builder.included);
            names.removeIf(name -> coversOne(builder.excluded, name));
        }
        final Set<String> takenOut = new TreeSet<>(builder.excluded);
        takenOut.removeIf(out -> allBut || !coversOne(names, out));
        headers = new HeaderRule(names);
        headersTakenOut = new HeaderRule(takenOut);
        headersAskedFor = new HeaderRule(allBut ? builder.included : Set.of());
        description = builder.describe(names, takenOut);
        hash = Sha256.of(description.getBytes(StandardCharsets.UTF_8));
    }

    /** {@return whether a name or pattern stands for every field that the other one stands for} */
    private static boolean covers(final String pattern, final String name) {
        return pattern.equals(name)
                || pattern.endsWith("*") && name.startsWith(pattern.substring(0, pattern.length() - 1));
    }

    /** {@return whether one of the patterns covers a name} */
    private static boolean coversOne(final Set<String> patterns, final String name) {
        for (final String pattern : patterns) {
            if (covers(pattern, name)) {
                return true;
            }
        }
        return false;
    }

    private static byte[][] bytes(final Set<String> names) {
        final byte[][] bytes = new byte[names.size()][];
        int i = 0;
        for (final String name : names) {
            bytes[i++] = name.getBytes(StandardCharsets.UTF_8);
        }
        return bytes;
    }

    /** Begins a policy with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return whether fields of this name count} */
    public boolean countsHeader(final String lowerCaseName) {
        final byte[] name = lowerCaseName.getBytes(StandardCharsets.ISO_8859_1);
        final Headers fields = new Headers(1);
        fields.wrap(name);
        fields.add(0, name.length, name.length, name.length);
        return countsHeader(fields, 0);
    }

    /** {@return whether the field counts} */
    boolean countsHeader(final Headers fields, final int index) {
        if (allBut) {
            return !headers.matches(fields, index) || headersAskedFor.matches(fields, index);
        }
        return headers.matches(fields, index) && !headersTakenOut.matches(fields, index);
    }

    /** {@return SHA-256 of the {@linkplain #description description} as UTF-8, 32 bytes, a copy} */
    public byte[] hash() {
        return hash.clone();
    }

    /** {@return the whole policy as text, one line for each rule; equal text means equal keys} */
    public String description() {
        return description;
    }

    @Override
    public String toString() {
        return description;
    }

    /** Collects a policy's rules; each method may be called again and adds. */
    public static final class Builder {
        private final Set<String> included = new TreeSet<>();
        private final Set<String> excluded = new TreeSet<>();
        private final Set<String> query = new TreeSet<>();
        private final Set<String> form = new TreeSet<>();
        private final Set<String> json = new TreeSet<>();
        private final List<Placeholders.Rule> rules = new ArrayList<>();
        private final Map<Part, List<Placeholders.Rule>> rulesOfPart = new HashMap<>();
        private final List<Set<Part>> partsOfRule = new ArrayList<>();
        private boolean allBut;
        private boolean ignoresBody;

        private Builder() {
        }

        /** Lets fields count besides the default ones; a trailing {@code *} stands for any rest of the name. */
        public Builder includeHeaders(final String... names) {
            for (final String name : names) {
                included.add(headerName(name));
            }
            return this;
        }

        /** Lets fields not count, whoever includes them; a trailing {@code *} stands for any rest of the name. */
        public Builder excludeHeaders(final String... names) {
            for (final String name : names) {
                excluded.add(headerName(name));
            }
            return this;
        }

        /** Lets all fields count but these and the volatile ones, which still count when they are included. */
        public Builder allHeadersBut(final String... names) {
            allBut = true;
            return excludeHeaders(names);
        }

        /** Ignores parts of JSON bodies: JSON pointers, in which a segment {@code *} is any key or index. */
        public Builder ignoreJson(final String... pointers) {
            for (final String pointer : pointers) {
                if (!pointer.startsWith("/")) {
                    throw new OuliException(
                            "fingerprint: the JSON pointer '" + pointer + "' does not begin with '/'; write '/"
                            + pointer + "', or ignore the whole body instead");
                }
                if (!JsonPointers.areEscapesSound(pointer)) {
                    throw new OuliException("fingerprint: the JSON pointer '" + pointer + "' has a ~ that is neither"
                            + " ~0 (a tilde) nor ~1 (a slash): it would name nothing");
                }
                json.add(pointer);
            }
            limit("ignored JSON pointers", json.size(), Limits.MAX_IGNORED_POINTERS);
            return this;
        }

        /** Ignores parameters of the query by their decoded name. */
        public Builder ignoreQuery(final String... names) {
            query.addAll(List.of(names));
            return this;
        }

        /** Ignores parameters of form bodies by their decoded name. */
        public Builder ignoreForm(final String... names) {
            form.addAll(List.of(names));
            return this;
        }

        /** Ignores bodies altogether. */
        public Builder ignoreBody() {
            ignoresBody = true;
            return this;
        }

        /**
         * Lets what an expression matches count as one and the same value.
         *
         * @param name       stands for the value: letters, digits, {@code _} and {@code -}.
         * @param expression in RE2's syntax: linear time whatever the text.
         * @param parts      where to look; everywhere when none is given.
         */
        public Builder placeholder(final String name, final String expression, final Part... parts) {
            if (!name.matches("[A-Za-z0-9_-]{1,64}")) {
                throw new OuliException(
                        "fingerprint: the placeholder name '" + name + "' is not made of 1 to 64 of [A-Za-z0-9_-]");
            }
            final Placeholders.Rule rule = new Placeholders.Rule(name, expression, compile(name, expression));
            final Set<Part> where = parts.length == 0 ? EnumSet.allOf(Part.class) : EnumSet.copyOf(List.of(parts));
            rules.add(rule);
            partsOfRule.add(where);
            where.forEach(part -> rulesOfPart.computeIfAbsent(part, any -> new ArrayList<>()).add(rule));
            limit("placeholders", rules.size(), Limits.MAX_PLACEHOLDERS);
            return this;
        }

        /** Makes the policy. */
        public FingerprintPolicy build() {
            return new FingerprintPolicy(this);
        }

        private Placeholders placeholders(final Part part) {
            return rulesOfPart.containsKey(part) ? new Placeholders(rulesOfPart.get(part)) : Placeholders.NONE;
        }

        private static Pattern compile(final String name, final String expression) {
            try {
                return Pattern.compile(expression);
            } catch (final PatternSyntaxException unsound) {
                throw new OuliException("fingerprint: the expression of placeholder '" + name + "' is unsound: "
                        + unsound.getDescription() + " in '" + unsound.getPattern() + "'", unsound);
            }
        }

        private static String headerName(final String name) {
            final String lower = name.toLowerCase(Locale.ROOT);
            if (!lower.matches("[a-z0-9!#$%&'+.^_`|~-]*\\*?") || lower.isEmpty() || "*".equals(lower)) {
                throw new OuliException("fingerprint: '" + name + "' is no name of a header field");
            }
            return lower;
        }

        private static void limit(final String what, final int count, final int max) {
            if (count > max) {
                throw new OuliException("fingerprint: more than " + max + " " + what + " in one policy");
            }
        }

        private String describe(final Set<String> names, final Set<String> takenOut) {
            final StringBuilder text = new StringBuilder("ouli/1\n");
            text.append(allBut ? "headers all but " : "headers ").append(String.join(" ", names)).append('\n');
            if (!takenOut.isEmpty()) {
                text.append("headers except ").append(String.join(" ", takenOut)).append('\n');
            }
            if (allBut && !included.isEmpty()) {
                text.append("headers still ").append(String.join(" ", included)).append('\n');
            }
            lines(text, "ignore json ", json);
            lines(text, "ignore query ", query);
            lines(text, "ignore form ", form);
            if (ignoresBody) {
                text.append("ignore body\n");
            }
            for (int i = 0; i < rules.size(); i++) {
                final Placeholders.Rule rule = rules.get(i);
                text.append("placeholder ").append(rule.name()).append(' ').append(partsOfRule.get(i)).append(' ')
                        .append(quote(rule.expression())).append('\n');
            }
            return text.toString();
        }

        private static void lines(final StringBuilder text, final String what, final Set<String> values) {
            values.forEach(value -> text.append(what).append(quote(value)).append('\n'));
        }

        private static String quote(final String text) {
            return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
        }
    }
}
