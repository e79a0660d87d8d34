package io.ouli.engine.recording;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class FrameBuilderTest {
    private static final byte[] BYTES = new byte[FrameHeader.KEY_BYTES];

    private final FramePool pool = new FramePool(FramePool.DEFAULT_RETAINED_BYTES);
    private final FrameBuilder builder = new FrameBuilder(pool, RecordingLimits.DEFAULT);

    @Test
    void shouldSayThatNoFrameWasBegun() {
        final List<Runnable> all = List.of(
                () -> builder.key(BYTES, 0),
                () -> builder.keyOf(BYTES, 0, BYTES.length),
                builder::keyOfRequest,
                () -> builder.copyKey(BYTES, 0),
                () -> builder.status(200),
                () -> builder.flags(0),
                () -> builder.request(BYTES, 0, 1),
                () -> builder.request(MemorySegment.ofArray(BYTES), 0, 1),
                () -> builder.response(BYTES, 0, 1),
                () -> builder.response(MemorySegment.ofArray(BYTES), 0, 1),
                () -> builder.chunk(0, 0, 0),
                builder::finish);
        for (final Runnable each : all) {
            final var e = assertThrows(IllegalStateException.class, each::run);
            assertTrue(e.getMessage().contains("begin one first"), e.getMessage());
        }
        builder.abort();
        assertEquals(0, pool.lent());
    }

    @Test
    void shouldTakeOneFrameAfterTheOther() {
        builder.begin(0, 0);
        assertThrows(IllegalStateException.class, () -> builder.begin(1, 0));
        builder.abort();
        builder.begin(1, 0);
        builder.finish().release();
        assertThrows(IllegalStateException.class, builder::finish);
        assertEquals(0, pool.lent());
    }
}
