package io.ouli.redact;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What every searcher must find, by the plainest means: trying each place, and the JDK's regular expressions. */
final class Reference {
    private Reference() {
    }

    /** Tries each literal at each place. */
    static long find(final LiteralSet literals, final byte[] text, final int from, final int to) {
        for (int position = from; position < to; position++) {
            int best = -1;
            for (int i = 0; i < literals.size(); i++) {
                if (literals.matchesAt(i, text, position, to) && (best < 0 || literals.precedes(i, best))) {
                    best = i;
                }
            }
            if (best >= 0) {
                return LiteralSearcher.match(position, best);
            }
        }
        return LiteralSearcher.NONE;
    }

    /** Lists start and end of each non-overlapping match, found by a searcher. */
    static List<Integer> spans(final LiteralSearcher searcher, final byte[] text, final int from, final int to) {
        final List<Integer> spans = new ArrayList<>();
        int position = from;
        while (true) {
            final long match = searcher.find(text, position, to);
            if (match == LiteralSearcher.NONE) {
                return spans;
            }
            spans.add(LiteralSearcher.position(match));
            position = LiteralSearcher.position(match) + searcher.literals().length(LiteralSearcher.literal(match));
            spans.add(position);
        }
    }

    /** Lists start and end of each match of an alternation of the quoted literals. */
    static List<Integer> regexSpans(
            final LiteralSet.Order order,
            final List<byte[]> literals,
            final byte[] text,
            final int from,
            final int to) {
        final List<byte[]> sorted = new ArrayList<>(literals);
        if (order == LiteralSet.Order.LONGEST_FIRST) {
            sorted.sort(Comparator.comparingInt((byte[] bytes) -> bytes.length).reversed());
        }
        final String alternation = sorted.stream()
                .map(bytes -> Pattern.quote(new String(bytes, StandardCharsets.ISO_8859_1)))
                .collect(Collectors.joining("|"));
        final byte[] range = Arrays.copyOfRange(text, from, to);
        final Matcher matcher = Pattern.compile(alternation, Pattern.DOTALL)
                .matcher(new String(range, StandardCharsets.ISO_8859_1));
        final List<Integer> spans = new ArrayList<>();
        while (matcher.find()) {
            spans.add(from + matcher.start());
            spans.add(from + matcher.end());
        }
        return spans;
    }

    static byte[] bytes(final String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static List<byte[]> literals(final String... texts) {
        return Arrays.stream(texts).map(Reference::bytes).toList();
    }
}
