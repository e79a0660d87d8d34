package io.ouli.engine.scan;

import io.ouli.redact.LiteralSearcher;
import io.ouli.redact.LiteralSearchers;
import io.ouli.redact.LiteralSet;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;

/** Finds what looks like a secret in one part of a message at a time. For one thread; not for the hot path. */
public final class LeakFinder {
    private static final List<TokenShape> SHAPES = TokenShapes.all();
    private static final LiteralSearcher PREFIXES = LiteralSearchers.forSet(LiteralSet.of(
            SHAPES.stream().map(shape -> shape.prefix().getBytes(StandardCharsets.US_ASCII)).toList()));
    /** Headers that hold digests and identifiers, which are chance by their nature. */
    private static final Set<String> CHANCE_HEADERS = Set.of("etag", "if-none-match", "if-match", "content-md5",
            "content-digest", "repr-digest", "digest", "traceparent", "tracestate", "x-request-id", "request-id",
            "x-correlation-id", "x-trace-id", "x-amz-request-id", "x-amz-id-2", "x-amz-cf-id", "cf-ray",
            "sec-websocket-key", "sec-websocket-accept", "content-security-policy", "x-github-request-id",
            "x-goog-hash", "via", "server");
    private static final Set<String> SESSION_NAMES =
            Set.of("sess", "sid", "auth", "token", "jwt", "remember", "login", "identity");
    private static final int MIN_COOKIE = 16;
    private static final double COOKIE_BITS = 3.0;
    private static final int MIN_CHANCE = 32;
    private static final int MAX_CHANCE = 128;
    private static final double CHANCE_BITS = 4.5;

    private byte[] text;
    private Field field;
    private Consumer<Leak> into;
    /** Begin and end of what was found in this text, so that it is reported once. */
    private int[] spans = new int[16];
    private int spanCount;

    /** Makes one for one thread. */
    public LeakFinder() {
    }

    /**
     * Looks through one part of a message.
     *
     * @param content of a header the value; of a body what its coding decodes to.
     */
    public void find(final Field part, final byte[] content, final Consumer<Leak> consumer) {
        text = content;
        field = part;
        into = consumer;
        spanCount = 0;
        findShapes();
        if (part.isHeader()) {
            findInHeader();
        } else {
            NamedValues.find(content, (name, start, end, confidence) -> report(
                    confidence, "named-value", name, start, end, 0, Proposal.forName(field, name)));
        }
        if (!part.isOneOf(CHANCE_HEADERS)) {
            findChance();
        }
        text = null;
        into = null;
    }

    private void findShapes() {
        int at = 0;
        while (true) {
            final long match = PREFIXES.find(text, at, text.length);
            if (match == LiteralSearcher.NONE) {
                return;
            }
            final int start = LiteralSearcher.position(match);
            at = Math.max(start + 1, shapeAt(start));
        }
    }

    /**
     * Reports the shape at an index; of several the one with the longest prefix.
     *
     * @return where it ends, or 0.
     */
    private int shapeAt(final int start) {
        TokenShape best = null;
        int bestEnd = 0;
        for (final TokenShape shape : SHAPES) {
            if (startsWith(shape.prefix(), start)
                    && (best == null || shape.prefix().length() > best.prefix().length())
                    && (start == 0 || !isWord(text[start - 1]) || !isWord((byte) shape.prefix().charAt(0)))) {
                final int end = shape.end(text, start, text.length);
                if (end > 0 && TokenShapes.confirm(shape, text, start, end)) {
                    best = shape;
                    bestEnd = end;
                }
            }
        }
        if (best != null) {
            report(best.confidence(), best.rule(), "", start, bestEnd, best.prefix().length(),
                    Proposal.forShape(field, best));
        }
        return bestEnd;
    }

    private boolean startsWith(final String prefix, final int at) {
        for (int i = 0; i < prefix.length(); i++) {
            if (at + i >= text.length || text[at + i] != prefix.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isWord(final byte c) {
        return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
    }

    private void findInHeader() {
        final String name = field.header();
        if (name.equals("cookie") || name.equals("set-cookie")) {
            findInCookies(name.equals("set-cookie"));
        } else if (NamedValues.tells(name) || name.endsWith("authorization")) {
            final Confidence confidence = NamedValues.judge("token", text, 0, text.length);
            if (confidence != null) {
                report(confidence, "named-value", name, 0, text.length, 0, Proposal.forName(field, name));
            }
        }
    }

    private void findInCookies(final boolean firstOnly) {
        int start = 0;
        while (start < text.length) {
            int end = start;
            int equals = -1;
            while (end < text.length && text[end] != ';') {
                equals = equals < 0 && text[end] == '=' ? end : equals;
                end++;
            }
            if (equals > 0) {
                final String name = new String(text, start, equals - start, StandardCharsets.ISO_8859_1).strip();
                final String lower = name.toLowerCase(Locale.ROOT);
                if (SESSION_NAMES.stream().anyMatch(lower::contains) && end - equals > MIN_COOKIE
                        && Chance.bits(text, equals + 1, end) >= COOKIE_BITS) {
                    report(Confidence.MEDIUM, "session-cookie", name, equals + 1, end, 0,
                            Proposal.forName(field, name));
                }
            }
            start = firstOnly ? text.length : end + 1;
        }
    }

    /** Runs of letters of both cases and digits; longer ones are images and the like, hexadecimal ones are hashes. */
    private void findChance() {
        int start = 0;
        for (int i = 0; i <= text.length; i++) {
            if (i == text.length || !isWord(text[i]) && text[i] != '-' && text[i] != '+' && text[i] != '/') {
                final int length = i - start;
                if (length >= MIN_CHANCE && length <= MAX_CHANCE && (Chance.kinds(text, start, i) & 7) == 7
                        && Chance.bits(text, start, i) >= CHANCE_BITS) {
                    report(Confidence.LOW, "looks-random", "", start, i, 0,
                            new Proposal(Proposal.Kind.SECRET, ""));
                }
                start = i + 1;
            }
        }
    }

    private void report(
            final Confidence confidence,
            final String rule,
            final String name,
            final int start,
            final int end,
            final int shown,
            final Proposal proposal) {
        for (int i = 0; i < spanCount; i += 2) {
            if (start < spans[i + 1] && end > spans[i]) {
                return;
            }
        }
        if (spanCount == spans.length) {
            spans = Arrays.copyOf(spans, spanCount * 2);
        }
        spans[spanCount++] = start;
        spans[spanCount++] = end;
        into.accept(new Leak(confidence, rule, field, name, masked(start, end, shown), proposal,
                Arrays.hashCode(Arrays.copyOfRange(text, start, end))));
    }

    /** Shows what is the same in all of a shape; of any other value two characters, if many more are left. */
    private String masked(final int start, final int end, final int shown) {
        final int length = end - start;
        final int visible = shown > 0 ? shown : length >= MIN_COOKIE ? 2 : 0;
        final StringBuilder out = new StringBuilder();
        for (int i = start; i < start + visible; i++) {
            out.append(text[i] >= ' ' && text[i] < 0x7f ? (char) text[i] : '?');
        }
        return out.append("… (").append(length).append(" characters)").toString();
    }
}
