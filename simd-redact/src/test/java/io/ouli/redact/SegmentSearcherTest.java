package io.ouli.redact;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Memory outside the heap, around the ends of the blocks that it is searched in. */
class SegmentSearcherTest {
    private static final List<byte[]> SET =
            Reference.literals("needle-1", "needle-1-with-a-long-tail", "straw-22", "x-needle-1-w");

    @Test
    void shouldFindWhatTheSearcherFindsWhereverBlocksEnd() {
        final LiteralSet literals = LiteralSet.of(SET);
        final LiteralSearcher searcher = LiteralSearchers.forSet(literals);
        final SegmentSearcher segments = new SegmentSearcher(searcher);
        final byte[] text = new byte[200_000];
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment memory = arena.allocate(text.length);
            for (final byte[] literal : SET) {
                for (int place = (64 << 10) - 40; place < (64 << 10) + 40; place++) {
                    Arrays.fill(text, (byte) '.');
                    System.arraycopy(literal, 0, text, place, literal.length);
                    System.arraycopy(literal, 0, text, place + 70_000, literal.length);
                    memory.copyFrom(MemorySegment.ofArray(text));
                    assertTrue(segments.find(memory, 3, text.length));
                    final long expected = searcher.find(text, 3, text.length);
                    assertEquals(LiteralSearcher.position(expected), segments.position());
                    assertEquals(LiteralSearcher.literal(expected), segments.literal());
                    assertTrue(segments.find(memory, segments.position() + 1, text.length));
                    assertFalse(segments.find(memory, place + 1, place + 2));
                    // A literal that lies partly outside the range is not in it; one within it, as in the last, is.
                    final int end = place + 70_000 + 7;
                    final long inside = searcher.find(text, place + 1, end);
                    assertEquals(inside != LiteralSearcher.NONE, segments.find(memory, place + 1, end));
                    if (inside != LiteralSearcher.NONE) {
                        assertEquals(LiteralSearcher.position(inside), segments.position());
                        assertEquals(LiteralSearcher.literal(inside), segments.literal());
                    }
                }
            }
        }
    }

    @Test
    void shouldReplaceInPartsThatComeFromOutsideTheHeap() {
        final LiteralSearcher searcher = LiteralSearchers.forSet(LiteralSet.of(SET));
        final StringBuilder result = new StringBuilder();
        final StreamingReplacer replacer = new StreamingReplacer(searcher, Reference.bytes("REDACTED"),
                (bytes, offset, length) -> result.append(new String(bytes, offset, length,
                        StandardCharsets.ISO_8859_1)));
        final byte[] text = Reference.bytes("a straw-22 and a needle-1-with-a-long-tail.");
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment memory = arena.allocate(text.length);
            memory.copyFrom(MemorySegment.ofArray(text));
            for (int i = 0; i < text.length; i += 7) {
                replacer.feed(memory, i, Math.min(7, text.length - i));
            }
        }
        replacer.finish();
        assertEquals("a REDACTED and a REDACTED.", result.toString());
    }
}
