package io.ouli.redact;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** Each searcher against trying every place and against the JDK's regular expressions, on random sets and texts. */
class LiteralSearcherProperties {
    @Property(tries = 400)
    void shouldAgreeWithTheRegularExpression(
            @ForAll final long seed,
            @ForAll @IntRange(min = 1, max = 40) final int count,
            @ForAll @IntRange(min = 1, max = 40) final int maxLength,
            @ForAll @IntRange(min = 1, max = 256) final int alphabet,
            @ForAll final LiteralSet.Order order) {
        final Random random = new Random(seed);
        final int minLength = 1 + random.nextInt(maxLength);
        final List<byte[]> set = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            set.add(randomBytes(random, minLength + random.nextInt(maxLength - minLength + 1), alphabet));
        }
        final LiteralSet literals = LiteralSet.of(order, set);
        final byte[] text = text(random, set, alphabet);
        final int from = random.nextInt(Math.min(64, text.length + 1));
        final int to = text.length - random.nextInt(Math.min(64, text.length - from + 1));
        final List<Integer> expected = Reference.regexSpans(order, set, text, from, to);
        for (final LiteralSearcher searcher : Searchers.all(literals)) {
            assertEquals(expected, Reference.spans(searcher, text, from, to), searcher.name());
            assertEquals(Reference.find(literals, text, from, to), searcher.find(text, from, to), searcher.name());
        }
    }

    private static byte[] text(final Random random, final List<byte[]> set, final int alphabet) {
        final byte[] text = randomBytes(random, random.nextInt(600), alphabet);
        final int plants = random.nextInt(12);
        for (int i = 0; i < plants; i++) {
            final byte[] literal = set.get(random.nextInt(set.size()));
            // Whole literals and broken ones, which may overwrite each other.
            final int length = random.nextInt(4) == 0 ? random.nextInt(literal.length + 1) : literal.length;
            if (text.length >= length) {
                System.arraycopy(literal, 0, text, random.nextInt(text.length - length + 1), length);
            }
        }
        return text;
    }

    private static byte[] randomBytes(final Random random, final int length, final int alphabet) {
        final byte[] bytes = new byte[length];
        final int base = random.nextInt(256);
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (base + random.nextInt(alphabet));
        }
        return bytes;
    }
}
