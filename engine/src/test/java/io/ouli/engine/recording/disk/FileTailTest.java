package io.ouli.engine.recording.disk;

import io.ouli.engine.recording.storage.SimulatedStorage;
import io.ouli.engine.recording.storage.Storage;
import io.ouli.engine.recording.storage.StorageFile;
import io.ouli.engine.recording.storage.StorageMode;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** When space is set aside: while the disk has nothing else to do, as far as the next commits will need it. */
class FileTailTest {
    private static final long MIB = 1L << 20;

    /** What was asked for, as {@code "position + length"} in MiB. */
    private final List<String> reserved = new ArrayList<>();

    /** Writes and syncs at once, and notes what space is asked for. */
    private final class NotingQueue extends DiskQueue {
        private final Arena arena = Arena.ofShared();
        private final boolean grants;

        private NotingQueue(final boolean grants) {
            super(1);
            this.grants = grants;
        }

        @Override
        public String describe() {
            return "with notes";
        }

        @Override
        DiskFile openFile(final Path path, final StorageFile file) {
            return new DiskFile() {
                @Override
                public void write(final DiskBuffer buffer) {
                    buffer.tail.written(buffer, StorageJob.write(file, buffer));
                }

                @Override
                public void sync(final FileTail tail) {
                    tail.synced(null);
                }

                @Override
                public boolean reserve(final long position, final long length) {
                    reserved.add(position / MIB + " + " + length / MIB);
                    return grants;
                }

                @Override
                public void close() {
                    // The file is its opener's.
                }
            };
        }

        @Override
        void take(final long timeoutNanos) {
            throw new AssertionError("nothing is ever under way");
        }

        @Override
        MemorySegment memory(final int index) {
            return arena.allocate(BUFFER_BYTES, 64);
        }

        @Override
        public void close() {
            arena.close();
        }
    }

    private static void append(final FileTail tail, final long bytes) throws IOException {
        final MemorySegment megabyte = MemorySegment.ofArray(new byte[(int) MIB]);
        for (long i = 0; i < bytes; i += MIB) {
            tail.append(megabyte, MIB);
        }
        tail.beginCommit(true);
        tail.awaitCommit();
    }

    private List<String> reservedBy(final boolean grants, final long... commits) throws IOException {
        reserved.clear();
        final Storage disk = new SimulatedStorage();
        final Path path = Path.of("/disk/a");
        try (DiskQueue queue = new NotingQueue(grants); StorageFile file = disk.open(path, StorageMode.CREATE)) {
            final FileTail tail = queue.open(path, file, 0);
            for (final long bytes : commits) {
                append(tail, bytes);
            }
            tail.close();
        }
        return List.copyOf(reserved);
    }

    @Test
    void shouldSetAsideBehindACommitWhatTheNextOnesWillNeed() throws IOException {
        assertEquals(List.of("4 + 4", "8 + 24"), reservedBy(true, 6 * MIB), "as much as four of it");
        assertEquals(List.of("4 + 4", "8 + 24"), reservedBy(true, 6 * MIB, 6 * MIB, 6 * MIB), "enough for two");
        assertEquals(
                List.of("4 + 4", "8 + 24", "32 + 24"), reservedBy(true, 6 * MIB, 6 * MIB, 6 * MIB, 6 * MIB));
    }

    @Test
    void shouldSetLittleAsideForWhatIsSlow() throws IOException {
        assertEquals(List.of(), reservedBy(true, 3 * MIB));
        assertEquals(List.of("4 + 4"), reservedBy(true, 2 * MIB, 2 * MIB, 2 * MIB));
    }

    @Test
    void shouldNotAskAgainWhereItIsRefused() throws IOException {
        assertEquals(List.of("4 + 4"), reservedBy(false, 6 * MIB, 6 * MIB));
    }

    @Test
    void shouldSetNoMoreAsideThanItsLimit() throws IOException {
        assertEquals(256 * MIB, FileTail.MAX_RESERVE_AHEAD_BYTES);
        final List<String> asked = reservedBy(true, 65 * MIB);
        assertEquals("78 + 256", asked.getLast());
    }
}
