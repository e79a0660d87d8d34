package io.ouli.engine.testserver;

import io.ouli.engine.fingerprint.FingerprintPolicy;
import io.ouli.redact.LiteralReplacer;
import io.ouli.redact.LiteralSearcher;
import io.ouli.redact.LiteralSearchers;
import io.ouli.redact.LiteralSet;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What of an endpoint's configuration goes into test-server's hash, in its own way: the upstream, the header fields
 * that are left out, the secrets that are replaced. Immutable; safe for use by several threads.
 */
public final class TestServerRules {
    /** The rules of an endpoint that states none: the upstream is taken from the recording. */
    public static final TestServerRules NONE =
            new TestServerRules(null, List.of(), LiteralSet.of(LiteralSet.Order.LISTED, List.of()));

    /** Fields that are volatile to Ouli, not to test-server. */
    private static final List<String> COUNTED_HERE = List.of(
            "accept-encoding", "user-agent", "test-name", "date", "b3", "forwarded", "request-id", "traceparent",
            "tracestate", "baggage", "via", "x-amzn-trace-id", "x-b3-*", "x-cloud-trace-context", "x-correlation-id",
            "x-forwarded-*", "x-request-id");
    private static final byte[] REDACTED = "REDACTED".getBytes(StandardCharsets.US_ASCII);

    private final TestServerTarget target;
    private final Set<String> removedHeaders;
    private final LiteralSearcher secrets;

    /**
     * Creates rules.
     *
     * @param target         the upstream; null to take it from the recording.
     * @param removedHeaders {@code redact_request_headers}, spelled as there: test-server compares them as they are
     *                       with names such as {@code X-Goog-Api-Key}.
     * @param secrets        replaced before the hash, the first listed first.
     */
    public TestServerRules(
            final TestServerTarget target, final Collection<String> removedHeaders, final LiteralSet secrets) {
        this.target = target;
        this.removedHeaders = Set.copyOf(removedHeaders);
        this.secrets = secrets.size() == 0 ? null : LiteralSearchers.forSet(secrets);
    }

    /** {@return a field's name as Go spells it: upper case at the beginning and behind each hyphen, else lower} */
    public static String canonicalName(final String name) {
        final StringBuilder canonical = new StringBuilder(name.length());
        boolean upper = true;
        for (int i = 0; i < name.length(); i++) {
            final char c = name.charAt(i);
            final char lower = c >= 'A' && c <= 'Z' ? (char) (c | 0x20) : c;
            canonical.append(upper && lower >= 'a' && lower <= 'z' ? (char) (lower & ~0x20) : lower);
            upper = c == '-';
        }
        return canonical.toString();
    }

    /** {@return the upstream, or null if it is to be taken from the recording} */
    public TestServerTarget target() {
        return target;
    }

    /** {@return by what requests are compared when a miss is explained: what is stored of all that the hash counts} */
    public FingerprintPolicy form() {
        final Set<String> removed = removedHeaders.stream()
                .filter(name -> !name.endsWith("*"))
                .map(name -> name.toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
        return FingerprintPolicy.builder()
                .allHeadersBut(removed.toArray(String[]::new))
                .includeHeaders(COUNTED_HERE.stream().filter(name -> !removed.contains(name)).toArray(String[]::new))
                .build();
    }

    Set<String> removedHeaders() {
        return removedHeaders;
    }

    /** {@return bytes with the secrets replaced, as an alternation of all of them in a regular expression does it} */
    byte[] redact(final byte[] bytes) {
        if (secrets == null) {
            return bytes;
        }
        final LiteralReplacer replacer = new LiteralReplacer(secrets, REDACTED);
        return replacer.replace(bytes, 0, bytes.length)
                ? Arrays.copyOf(replacer.buffer(), replacer.length()) : bytes;
    }
}
