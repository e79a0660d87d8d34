package io.ouli.engine.transport.nio;

import io.ouli.engine.transport.SendParts;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ViewCacheTest {
    private static final long GIB = 1L << 30;

    @Test
    void shouldMakeAViewOnceForEachPlace() {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment base = arena.allocate(100_000);
            final ViewCache cache = new ViewCache();
            final ByteBuffer view = cache.view(base, 0, 10_000);
            assertSame(view, cache.view(base, 90_000, 10_000));
            assertEquals(90_000, view.position());
            assertEquals(10_000, view.remaining());
            assertSame(view, cache.view(base, 5, 1));
            assertEquals(1, view.remaining());
            assertNotSame(view, cache.view(arena.allocate(100_000), 0, 10_000));
        }
    }

    @Test
    void shouldServeMoreSegmentsThanItHolds() {
        try (Arena arena = Arena.ofConfined()) {
            final ViewCache cache = new ViewCache();
            final MemorySegment[] bases = new MemorySegment[5_000];
            for (int i = 0; i < bases.length; i++) {
                bases[i] = arena.allocate(16);
                bases[i].set(ValueLayout.JAVA_INT, 0, i);
            }
            for (int round = 0; round < 3; round++) {
                for (int i = 0; i < bases.length; i++) {
                    final ByteBuffer view = cache.view(bases[i], 0, 4);
                    assertEquals(i, view.order(ByteOrder.nativeOrder()).getInt(view.position()));
                }
            }
        }
    }

    @Test
    void shouldSendRangesBeyondTwoGigabytes(@TempDir final Path folder) throws IOException {
        // A sparse file: five GiB of address space, a few pages of disk.
        final Path file = folder.resolve("sparse");
        try (Arena arena = Arena.ofConfined();
                FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.WRITE, StandardOpenOption.READ, StandardOpenOption.SPARSE)) {
            channel.write(ByteBuffer.wrap(new byte[1]), 5 * GIB - 1);
            final MemorySegment base = channel.map(FileChannel.MapMode.READ_WRITE, 0, 5 * GIB, arena);
            for (final long middle : new long[] {GIB, 2 * GIB, 2 * GIB + GIB / 2, 3 * GIB, 4 * GIB, 5 * GIB - 40_000}) {
                for (long at = middle - 40_000; at < middle + 40_000; at += 4) {
                    base.set(ValueLayout.JAVA_INT, at, (int) (at >>> 2));
                }
            }
            for (final long middle : new long[] {GIB, 2 * GIB, 2 * GIB + GIB / 2, 3 * GIB, 4 * GIB, 5 * GIB - 40_000}) {
                final Sink sink = new Sink(middle - 40_000, true);
                sendAll(base, middle - 40_000, 80_000, sink);
                assertEquals(80_000, sink.count);
            }
            final Sink counting = new Sink(0, false);
            sendAll(base, 100, 5 * GIB - 100, counting);
            assertEquals(5 * GIB - 100, counting.count);
        }
    }

    private static void sendAll(final MemorySegment base, final long offset, final long length, final Sink sink)
            throws IOException {
        final NioSender sender = new NioSender();
        final SendParts parts = new SendParts();
        parts.add(base, offset, length);
        while (parts.remaining() > 0) {
            assertTrue(sender.send(sink, parts, Long.MAX_VALUE) > 0);
        }
    }

    /** Checks the pattern, or only counts. */
    private static final class Sink implements WritableByteChannel {
        private final boolean checks;
        private long at;
        private long count;

        Sink(final long at, final boolean checks) {
            this.at = at;
            this.checks = checks;
        }

        @Override
        public int write(final ByteBuffer bytes) {
            final int length = bytes.remaining();
            if (checks) {
                bytes.order(ByteOrder.nativeOrder());
                for (int i = bytes.position(); i < bytes.limit(); i += 4) {
                    assertEquals((int) (at >>> 2), bytes.getInt(i));
                    at += 4;
                }
            }
            bytes.position(bytes.limit());
            count += length;
            return length;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
        }
    }
}
