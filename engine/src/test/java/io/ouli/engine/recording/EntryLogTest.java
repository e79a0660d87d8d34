package io.ouli.engine.recording;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class EntryLogTest {
    /** Where segments cease to grow, 16,368, and that of one segment more lie in between. */
    private static final int COUNT = 40_000;
    private static final long LARGEST_SEGMENT_BYTES = 1L << 20;

    @Test
    void shouldFindEachEntryWhereverItLies() {
        try (EntryLog log = EntryLog.confined(); Arena arena = Arena.ofConfined()) {
            final MemorySegment header = arena.allocate(FrameHeader.BYTES, FrameHeader.ALIGNMENT);
            for (int i = 0; i < COUNT; i++) {
                header.set(Le.INT, FrameHeader.SEQUENCE, i ^ 1);
                header.set(Le.LONG, FrameHeader.KEY, i);
                assertEquals(i, log.add(header, 0, 128L * i, 0));
            }
            assertEquals(COUNT, log.count());
            for (int i = 0; i < COUNT; i++) {
                final MemorySegment segment = log.segment(i);
                assertTrue(segment.byteSize() <= LARGEST_SEGMENT_BYTES);
                assertEquals(i ^ 1, log.sequence(i));
                assertEquals(i, segment.get(Le.LONG, log.offset(i)));
                assertEquals(128L * i, segment.get(Le.LONG, log.offset(i) + IndexLayout.OFFSET));
            }
            assertEquals(COUNT - 1, log.lastSequence());
        }
    }
}
