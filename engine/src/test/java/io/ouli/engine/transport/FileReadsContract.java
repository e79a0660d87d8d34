package io.ouli.engine.transport;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** How every transport reads files. */
abstract class FileReadsContract extends ContractHarness {
    private static final int FILE_BYTES = 3 * FileReads.BUFFER_BYTES + 1_000;

    @TempDir
    Path folder;

    private final byte[] content = randomBytes(5, FILE_BYTES);

    /** A file that is opened as each transport needs it. */
    private static final class TestFile implements FileSource, AutoCloseable {
        private final Path path;
        private final FileChannel channel;
        private final io.ouli.ffm.ErrnoCapture capture = new io.ouli.ffm.ErrnoCapture();
        private int descriptor = -1;

        private TestFile(final Path path) throws IOException {
            this.path = path;
            channel = FileChannel.open(path);
        }

        @Override
        public int descriptor() {
            if (descriptor < 0) {
                descriptor = io.ouli.ffm.LibcFile.open(capture, path.toString(), 0, 0);
            }
            return descriptor;
        }

        @Override
        public long read(final long position, final MemorySegment target, final long length) throws IOException {
            final ByteBuffer buffer = target.asSlice(0, length).asByteBuffer();
            while (buffer.hasRemaining() && channel.read(buffer, position + buffer.position()) > 0) {
                // Until it is full or the file ends.
            }
            return buffer.position();
        }

        @Override
        public void close() throws IOException {
            channel.close();
            if (descriptor >= 0) {
                io.ouli.ffm.LibcFile.close(capture, descriptor);
            }
        }
    }

    /** A file that cannot be opened or read any more. */
    private static final class Gone implements FileSource {
        @Override
        public int descriptor() throws IOException {
            throw new IOException("gone");
        }

        @Override
        public long read(final long position, final MemorySegment target, final long length) throws IOException {
            throw new IOException("gone");
        }
    }

    private TestFile file() throws IOException {
        return new TestFile(Files.write(folder.resolve("file"), content));
    }

    private static byte[] bytes(final ReadBuffer buffer, final int length) {
        return buffer.segment.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    }

    private int read(final ReadBuffer buffer, final FileSource source, final long position, final int length) {
        final int[] result = {Integer.MIN_VALUE};
        transport.fileReads().read(buffer, source, position, length, (filled, count) -> {
            assertEquals(buffer, filled);
            result[0] = count;
        });
        pump(() -> result[0] != Integer.MIN_VALUE, "a read");
        return result[0];
    }

    @Test
    void shouldReadAnyRangeOfAFile() throws IOException {
        try (TestFile file = file()) {
            final ReadBuffer buffer = transport.fileReads().take();
            for (final int[] range : new int[][] {{0, 1}, {0, FileReads.BUFFER_BYTES}, {4_095, 2}, {70_001, 99_999},
                {FILE_BYTES - 1, 1}, {FILE_BYTES - FileReads.BUFFER_BYTES, FileReads.BUFFER_BYTES}}) {
                assertEquals(range[1], read(buffer, file, range[0], range[1]));
                assertArrayEquals(Arrays.copyOfRange(content, range[0], range[0] + range[1]), bytes(buffer, range[1]));
            }
            transport.fileReads().release(buffer);
        }
    }

    @Test
    void shouldSayHowMuchIsLeftOfAFile() throws IOException {
        try (TestFile file = file()) {
            final ReadBuffer buffer = transport.fileReads().take();
            assertEquals(10, read(buffer, file, FILE_BYTES - 10, 100));
            assertEquals(0, read(buffer, file, FILE_BYTES, 100));
        }
    }

    @Test
    void shouldReportAFileThatCannotBeRead() {
        final ReadBuffer buffer = transport.fileReads().take();
        assertTrue(read(buffer, new Gone(), 0, 100) < 0);
        assertTrue(read(buffer, new Gone(), 0, 100) < 0, "the buffer can be used again");
    }

    @Test
    void shouldLendEachBufferOnceAndReadIntoAllOfThem() throws IOException {
        final FileReads reads = transport.fileReads();
        final List<ReadBuffer> buffers = new ArrayList<>();
        for (int i = 0; i < FileReads.BUFFERS; i++) {
            buffers.add(reads.take());
            assertNotNull(buffers.get(i));
        }
        assertNull(reads.take());
        try (TestFile file = file()) {
            final int[] done = {0};
            for (int i = 0; i < buffers.size(); i++) {
                final int number = i;
                reads.read(buffers.get(i), file, 1_000L * i, 50_000, (buffer, length) -> {
                    assertArrayEquals(Arrays.copyOfRange(content, 1_000 * number, 1_000 * number + 50_000),
                            bytes(buffer, length));
                    done[0]++;
                });
            }
            assertThrows(IllegalStateException.class, () -> reads.read(buffers.get(0), file, 0, 1, (b, n) -> { }));
            assertThrows(IllegalArgumentException.class,
                    () -> reads.read(buffers.get(0), file, 0, FileReads.BUFFER_BYTES + 1, (b, n) -> { }));
            pump(() -> done[0] == FileReads.BUFFERS, "all reads");
        }
        buffers.forEach(reads::release);
        assertNotNull(reads.take());
    }

    @Test
    void shouldReadAgainFromInsideTheHandler() throws IOException {
        try (TestFile file = file()) {
            final List<Integer> lengths = new ArrayList<>();
            final ReadBuffer buffer = transport.fileReads().take();
            transport.fileReads().read(buffer, file, 0, FileReads.BUFFER_BYTES, new ReadBuffer.Handler() {
                @Override
                public void onRead(final ReadBuffer filled, final int length) {
                    lengths.add(length);
                    if (length > 0) {
                        transport.fileReads().read(filled, file, (long) lengths.size() * FileReads.BUFFER_BYTES,
                                FileReads.BUFFER_BYTES, this);
                    }
                }
            });
            pump(() -> lengths.size() == 5, "the file");
            assertEquals(List.of(FileReads.BUFFER_BYTES, FileReads.BUFFER_BYTES, FileReads.BUFFER_BYTES, 1_000, 0),
                    lengths);
        }
    }

    @Test
    void shouldCloseWithAReadUnderWay() throws IOException {
        try (TestFile file = file()) {
            transport.fileReads().read(transport.fileReads().take(), file, 0, 1_000, (buffer, length) -> { });
            transport.close();
        }
    }
}
