package io.ouli.redact;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** Each searcher on texts chosen by hand: alignments, lane widths, boundaries, all byte values. */
class LiteralSearcherTest {
    private static final int[] SIZES = {
        0, 1, 2, 3, 4, 6, 7, 8, 9, 13, 15, 16, 17, 25, 31, 32, 33, 47, 48, 63, 64, 65, 95, 96, 97, 127, 128, 129, 200,
    };

    private static final List<List<byte[]>> SETS = List.of(
            Reference.literals("k"),
            Reference.literals("ab"),
            Reference.literals("key-1"),
            Reference.literals("sk-0123456789abcdef"),
            Reference.literals("sk-0123456789abcdef", "ghp_ABCDEFGHIJKLMNOP"),
            Reference.literals("abcd", "bc", "c"),
            Reference.literals("secret", "secretive-long-tail", "cret"),
            Reference.literals("sk-proj-aaaaaaaa", "sk-proj-aaaaaaab", "sk-proj-baaaaaaa", "sk-proj-"),
            Reference.literals("aaaaaaaa", "aaaaaaaaa", "aaaaaaaaaaaaaaaa"),
            Reference.literals("0123456", "1234567", "23456789", "3456789ab", "456789abcd", "789abcdefg", "9abcdefghi",
                    "abcdefghijklmnopqrstuvwxyz", "zyxwvutsrq"));

    @Test
    void shouldFindEachLiteralAtEveryAlignmentAndBoundary() {
        for (final List<byte[]> set : SETS) {
            final LiteralSet literals = LiteralSet.of(set);
            for (final LiteralSearcher searcher : Searchers.all(literals)) {
                for (int literal = 0; literal < literals.size(); literal++) {
                    for (final int size : SIZES) {
                        checkPlaces(searcher, set.get(literal), size);
                    }
                }
            }
        }
    }

    /** Puts a literal at every place of a text, begun at every alignment. */
    private static void checkPlaces(final LiteralSearcher searcher, final byte[] literal, final int size) {
        for (int place = 0; place <= size - literal.length; place++) {
            final int alignment = place * 7 & 63;
            final byte[] text = new byte[alignment + size + 5];
            Arrays.fill(text, (byte) '.');
            System.arraycopy(literal, 0, text, alignment + place, literal.length);
            check(searcher, text, alignment, alignment + size);
            // A literal that lies partly outside the range is not in it.
            check(searcher, text, alignment + place + 1, alignment + size);
            check(searcher, text, alignment, alignment + place + literal.length - 1);
        }
    }

    @Test
    void shouldFindTwoLiteralsSideBySideAndOverlapping() {
        for (final List<byte[]> set : SETS) {
            final LiteralSet literals = LiteralSet.of(set);
            for (final LiteralSearcher searcher : Searchers.all(literals)) {
                for (final byte[] first : set) {
                    for (final byte[] second : set) {
                        for (int shift = 1; shift <= first.length + 3; shift++) {
                            final byte[] text = new byte[70 + first.length + second.length];
                            System.arraycopy(first, 0, text, 29, first.length);
                            System.arraycopy(second, 0, text, 29 + shift, second.length);
                            check(searcher, text, 0, text.length);
                        }
                    }
                }
            }
        }
    }

    @Test
    void shouldTellAllByteValuesApart() {
        final byte[] every = new byte[256];
        for (int i = 0; i < 256; i++) {
            every[i] = (byte) i;
        }
        for (int length = 1; length <= 40; length += 13) {
            for (int value = 0; value < 256; value += 5) {
                final byte[] literal = new byte[length];
                for (int i = 0; i < length; i++) {
                    literal[i] = (byte) (value + i * 3);
                }
                final byte[] text = new byte[600];
                System.arraycopy(every, 0, text, 3, 256);
                System.arraycopy(literal, 0, text, 300, length);
                System.arraycopy(every, 0, text, 340, 256);
                for (final LiteralSearcher searcher : Searchers.all(LiteralSet.of(List.of(literal)))) {
                    check(searcher, text, 0, text.length);
                }
            }
        }
        for (final LiteralSearcher searcher : Searchers.all(LiteralSet.of(List.of(every)))) {
            final byte[] text = new byte[700];
            System.arraycopy(every, 0, text, 333, 256);
            check(searcher, text, 0, text.length);
        }
    }

    @Test
    void shouldSurviveHostileText() {
        for (final List<byte[]> set : SETS) {
            final LiteralSet literals = LiteralSet.of(set);
            final byte[] text = new byte[20_000];
            for (final byte[] near : set) {
                // Each literal over and over, its last byte spoilt: a near-hit at each place.
                for (int i = 0; i < text.length; i++) {
                    text[i] = i % near.length == near.length - 1 ? (byte) '!' : near[i % near.length];
                }
                System.arraycopy(near, 0, text, 15_001, near.length);
                for (final LiteralSearcher searcher : Searchers.all(literals)) {
                    check(searcher, text, 1, text.length - 1);
                }
            }
        }
    }

    @Test
    void shouldFindManyLiterals() {
        final List<byte[]> set = new ArrayList<>();
        for (int i = 0; i < 256; i++) {
            set.add(Reference.bytes("ghp_" + Integer.toString(i * 7919 + 1_000_000, 36) + "x".repeat(i % 23 + 4)));
        }
        final LiteralSet literals = LiteralSet.of(set);
        final StringBuilder text = new StringBuilder();
        for (int i = 0; i < 256; i++) {
            text.append("{\"n\":").append(i).append("} ghp_ xx ");
            text.append(new String(set.get(i * 31 & 255), StandardCharsets.ISO_8859_1));
        }
        final byte[] bytes = Reference.bytes(text.toString());
        final List<Integer> expected = Reference.regexSpans(literals.order(), set, bytes, 0, bytes.length);
        assertEquals(512, expected.size());
        for (final LiteralSearcher searcher : Searchers.all(literals)) {
            assertEquals(expected, Reference.spans(searcher, bytes, 0, bytes.length), searcher.name());
        }
    }

    @Test
    void shouldFindWhatStraddlesTheBlocksOfALongText() {
        for (final List<byte[]> set : SETS) {
            final LiteralSet literals = LiteralSet.of(set);
            final byte[] literal = set.get(set.size() - 1);
            for (final LiteralSearcher searcher : Searchers.all(literals)) {
                final byte[] text = new byte[200_000];
                for (int place = (1 << 16) - 70; place < (1 << 16) + 70; place += 9) {
                    Arrays.fill(text, (byte) '.');
                    System.arraycopy(literal, 0, text, place, literal.length);
                    System.arraycopy(literal, 0, text, place + (1 << 16) + 33, literal.length);
                    final List<Integer> expected = List.of(place, place + literal.length,
                            place + (1 << 16) + 33, place + (1 << 16) + 33 + literal.length);
                    assertEquals(expected, Reference.spans(searcher, text, 0, text.length), searcher.name());
                }
            }
        }
    }

    @Test
    void shouldFindTheSameOnceCompiled() {
        final Random random = new Random(7);
        for (final List<byte[]> set : SETS) {
            final LiteralSet literals = LiteralSet.of(set);
            final LiteralSearcher automaton = LiteralSearchers.automaton(literals);
            final byte[] text = new byte[1_024];
            for (final LiteralSearcher searcher : Searchers.all(literals)) {
                for (int i = 0; i < 12_000; i++) {
                    final byte[] literal = set.get(random.nextInt(set.size()));
                    final int place = random.nextInt(text.length - literal.length);
                    Arrays.fill(text, (byte) (32 + (i & 63)));
                    System.arraycopy(literal, 0, text, place, literal.length);
                    text[place + random.nextInt(literal.length)] ^= (byte) (i & 1);
                    final int from = random.nextInt(place + 1);
                    final long expected = automaton.find(text, from, text.length);
                    final long found = searcher.find(text, from, text.length);
                    if (expected != found) {
                        assertEquals(describe(expected), describe(found), searcher.name());
                    }
                }
            }
        }
    }

    @Test
    void shouldFindNothingForAnEmptySet() {
        for (final LiteralSearcher searcher : Searchers.all(LiteralSet.of(List.of()))) {
            assertEquals(LiteralSearcher.NONE, searcher.find(new byte[100], 0, 100), searcher.name());
        }
    }

    private static void check(final LiteralSearcher searcher, final byte[] text, final int from, final int to) {
        int position = from;
        while (position <= to) {
            final long expected = Reference.find(searcher.literals(), text, position, to);
            final long found = searcher.find(text, position, to);
            if (expected != found) {
                assertEquals(describe(expected), describe(found),
                        () -> searcher.name() + " in [" + from + ", " + to + ")");
            }
            if (found == LiteralSearcher.NONE) {
                return;
            }
            position = LiteralSearcher.position(found) + 1;
        }
    }

    private static String describe(final long match) {
        return match == LiteralSearcher.NONE
                ? "none"
                : "literal " + LiteralSearcher.literal(match) + " at " + LiteralSearcher.position(match);
    }
}
