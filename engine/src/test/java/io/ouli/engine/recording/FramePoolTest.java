package io.ouli.engine.recording;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class FramePoolTest {
    private static final int STEP = FramePool.STEP_BYTES;

    @Test
    void shouldCountHitsAndMissesTruthfully() {
        try (FramePool pool = new FramePool(4L * STEP)) {
            final Frame first = pool.acquire(1);
            final Frame second = pool.acquire(STEP);
            assertEquals(2, pool.misses());
            assertEquals(0, pool.hits());
            assertEquals(2, pool.lent());
            assertEquals(2L * STEP, pool.lentBytes());
            first.release();
            second.release();
            assertEquals(0, pool.lent());
            assertEquals(2L * STEP, pool.retainedBytes());
            pool.acquire(STEP + 1).release();
            assertEquals(3, pool.misses(), "a larger buffer was asked for");
            pool.acquire(STEP).release();
            pool.acquire(2 * STEP).release();
            assertEquals(2, pool.hits());
            assertEquals(3, pool.misses());
        }
    }

    @Test
    void shouldKeepNoMoreThanItMay() {
        try (FramePool pool = new FramePool(3L * STEP)) {
            final List<Frame> frames = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                frames.add(pool.acquire(STEP));
            }
            final Frame large = pool.acquire(8L * STEP);
            frames.forEach(Frame::release);
            large.release();
            assertTrue(pool.retainedBytes() <= 3L * STEP);
            assertEquals(0, pool.lentBytes());
            assertFalse(large.segment().scope().isAlive(), "what is not kept should be freed at once");
        }
    }

    @Test
    void shouldRefuseASecondRelease() {
        try (FramePool pool = new FramePool(STEP)) {
            final Frame frame = pool.acquire(1);
            frame.release();
            assertThrows(IllegalStateException.class, frame::release);
        }
    }

    @Test
    void shouldFreeEverythingWhenItIsClosed() {
        final FramePool pool = new FramePool(4L * STEP);
        final Frame kept = pool.acquire(1);
        final Frame out = pool.acquire(1);
        kept.release();
        pool.close();
        assertFalse(kept.segment().scope().isAlive());
        assertTrue(out.segment().scope().isAlive());
        out.release();
        assertFalse(out.segment().scope().isAlive());
        assertEquals(0, pool.retainedBytes());
        assertThrows(IllegalStateException.class, () -> pool.acquire(1));
    }

    @Test
    void shouldLendEachBufferToOneThreadAtATime() throws InterruptedException {
        try (FramePool pool = new FramePool(8L * STEP)) {
            final List<Throwable> errors = Collections.synchronizedList(new ArrayList<>());
            final List<Thread> threads = new ArrayList<>();
            for (int id = 0; id < 4; id++) {
                final int mark = id;
                threads.add(Thread.ofPlatform().start(() -> {
                    try {
                        for (int i = 0; i < 20_000; i++) {
                            final Frame frame = pool.acquire(1);
                            frame.memory.set(Le.INT, 0, mark);
                            Thread.onSpinWait();
                            assertEquals(mark, frame.memory.get(Le.INT, 0));
                            frame.release();
                        }
                    } catch (final RuntimeException | AssertionError e) {
                        errors.add(e);
                    }
                }));
            }
            for (final Thread thread : threads) {
                thread.join();
            }
            assertEquals(List.of(), errors);
            assertEquals(0, pool.lent());
            assertEquals(80_000, pool.hits() + pool.misses());
        }
    }
}
