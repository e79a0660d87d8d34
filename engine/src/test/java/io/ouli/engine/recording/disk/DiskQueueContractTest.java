package io.ouli.engine.recording.disk;

import io.ouli.engine.recording.storage.Storage;
import io.ouli.engine.recording.storage.StorageFile;
import io.ouli.engine.recording.storage.StorageMode;
import io.ouli.uring.IoUring;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** What every queue and its tails must do, whoever carries out the writes. */
class DiskQueueContractTest {
    private static final long SEED = 7;

    @TempDir
    private Path folder;

    static Stream<Named<Supplier<DiskQueue>>> queues() {
        final List<Named<Supplier<DiskQueue>>> all = new ArrayList<>(List.of(
                Named.of("on a thread", () -> new ThreadQueue("asked for")),
                Named.of("on the spot", DiskQueue::direct),
                Named.of("in any order", () -> new ReorderingQueue(SEED))));
        if (IoUring.isAvailable() || Boolean.getBoolean("ouli.requireIoUring")) {
            all.add(Named.of("io_uring", () -> new UringQueue(true, false)));
            all.add(Named.of("io_uring, not registered", () -> new UringQueue(false, false)));
            all.add(Named.of("io_uring, writes itself", () -> new UringQueue(true, true)));
        }
        return all.stream();
    }

    /** One file and what it should hold. */
    private static final class Subject implements AutoCloseable {
        private final ByteArrayOutputStream expected = new ByteArrayOutputStream();
        private final Path path;
        private final StorageFile file;
        private final FileTail tail;

        private Subject(final DiskQueue queue, final Path path) throws IOException {
            this.path = path;
            file = Storage.files().open(path, StorageMode.CREATE);
            tail = queue.open(path, file, 0);
        }

        private void append(final Random random, final int length) throws IOException {
            final byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            expected.writeBytes(bytes);
            try (Arena arena = Arena.ofConfined()) {
                final MemorySegment source = arena.allocate(Math.max(1, length), 64);
                MemorySegment.copy(bytes, 0, source, ValueLayout.JAVA_BYTE, 0, length);
                tail.append(source, length);
            }
        }

        private void commit() throws IOException {
            tail.beginCommit(true);
            tail.awaitCommit();
            assertEquals(expected.size(), tail.committed());
        }

        private void check() throws IOException {
            assertArrayEquals(expected.toByteArray(), Files.readAllBytes(path));
        }

        @Override
        public void close() throws IOException {
            tail.close();
            file.close();
        }
    }

    @ParameterizedTest
    @MethodSource("queues")
    void shouldWriteWhatWasAppended(final Supplier<DiskQueue> opener) throws IOException {
        final Random random = new Random(SEED);
        try (DiskQueue queue = opener.get(); Subject subject = new Subject(queue, folder.resolve("a"))) {
            assertFalse(queue.describe().isBlank());
            final int full = DiskQueue.BUFFER_BYTES;
            for (final int length : new int[] {1, 0, 512, full - 513, 1, full, 3 * full + 77}) {
                subject.append(random, length);
                subject.commit();
                subject.check();
            }
            for (int i = 0; i < 200; i++) {
                subject.append(random, random.nextInt(100_000));
            }
            subject.commit();
            subject.check();
            assertFalse(queue.isBusy());
        }
    }

    @ParameterizedTest
    @MethodSource("queues")
    void shouldCommitWhileMoreIsAppended(final Supplier<DiskQueue> opener) throws IOException {
        final Random random = new Random(SEED);
        try (DiskQueue queue = opener.get(); Subject subject = new Subject(queue, folder.resolve("a"))) {
            long before = 0;
            int commits = 0;
            // A disk may take longer for the first sync than all the appends do.
            for (int i = 0; i < 400 || commits < 2; i++) {
                subject.append(random, random.nextInt(60_000));
                if (i >= 400) {
                    subject.tail.awaitCommit();
                }
                if (!subject.tail.isCommitting()) {
                    assertTrue(subject.tail.committed() >= before, "what is committed stays so");
                    before = subject.tail.committed();
                    subject.tail.beginCommit(i % 2 == 0);
                    commits++;
                }
                queue.poll(0);
            }
            subject.tail.awaitCommit();
            subject.commit();
            subject.check();
        }
    }

    @ParameterizedTest
    @MethodSource("queues")
    void shouldShareItsBuffersAmongManyFiles(final Supplier<DiskQueue> opener) throws IOException {
        final Random random = new Random(SEED);
        try (DiskQueue queue = opener.get()) {
            final List<Subject> subjects = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                subjects.add(new Subject(queue, folder.resolve("file" + i)));
            }
            for (int i = 0; i < 600; i++) {
                subjects.get(random.nextInt(subjects.size())).append(random, random.nextInt(20_000));
            }
            subjects.forEach(subject -> subject.tail.beginCommit(true));
            for (final Subject subject : subjects) {
                subject.tail.awaitCommit();
                subject.check();
                subject.close();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("queues")
    void shouldKeepSpaceThatItSetsAsideOutOfTheLength(final Supplier<DiskQueue> opener) throws IOException {
        final Random random = new Random(SEED);
        final Path path = folder.resolve("a");
        try (DiskQueue queue = opener.get(); Subject subject = new Subject(queue, path)) {
            while (subject.expected.size() < FileTail.RESERVE_FROM_BYTES + DiskQueue.BUFFER_BYTES) {
                subject.append(random, 300_000);
                subject.tail.beginCommit(false);
                subject.tail.awaitCommit();
                assertEquals(subject.expected.size(), Files.size(path));
            }
            subject.commit();
            subject.check();
        }
        assertTrue(Files.size(path) > FileTail.RESERVE_FROM_BYTES);
    }

    /** Returns the bytes that a file takes on the disk, set aside or written; Java knows only its length. */
    private static long allocatedBytes(final Path path) throws IOException, InterruptedException {
        final Process stat = new ProcessBuilder("stat", "-c", "%b %B", path.toString()).start();
        final String[] words = new String(stat.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                .strip().split(" ");
        assertEquals(0, stat.waitFor());
        return Long.parseLong(words[0]) * Long.parseLong(words[1]);
    }

    /** Also the space that a writer had set aside that was killed before it could give it back. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void shouldGiveBackTheSpaceThatItSetAside() throws IOException, InterruptedException {
        assumeTrue(IoUring.isAvailable() || Boolean.getBoolean("ouli.requireIoUring"));
        final Random random = new Random(SEED);
        final Path path = folder.resolve("a");
        final long slack = 64 << 10;
        try (DiskQueue queue = new UringQueue(true, false); Subject subject = new Subject(queue, path)) {
            while (subject.expected.size() < FileTail.RESERVE_FROM_BYTES + DiskQueue.BUFFER_BYTES) {
                subject.append(random, 300_000);
            }
            subject.commit();
            assumeTrue(allocatedBytes(path) > Files.size(path) + DiskQueue.BUFFER_BYTES,
                    "this file system sets nothing aside");
            subject.tail.moved(subject.expected.size());
            assertTrue(allocatedBytes(path) <= Files.size(path) + slack, "a seal gives it back");
        }
        assertTrue(allocatedBytes(path) <= Files.size(path) + slack, "closing gives it back");
        final long size = Files.size(path);
        final Process fallocate = new ProcessBuilder(
                "fallocate", "-n", "-o", Long.toString(size), "-l", "8388608", path.toString()).start();
        assumeTrue(fallocate.waitFor() == 0);
        assertTrue(allocatedBytes(path) > size + DiskQueue.BUFFER_BYTES);
        try (DiskQueue queue = new UringQueue(true, false);
                StorageFile file = Storage.files().open(path, StorageMode.WRITE)) {
            queue.open(path, file, size).close();
        }
        assertEquals(size, Files.size(path));
        assertTrue(allocatedBytes(path) <= size + slack, "the next writer gives it back");
    }

    @ParameterizedTest
    @MethodSource("queues")
    void shouldFailForGoodWhenSomebodyElseChangesTheLength(final Supplier<DiskQueue> opener) throws IOException {
        final Random random = new Random(SEED);
        for (final long change : new long[] {-1_000, 1_000}) {
            final Path path = folder.resolve("changed" + change);
            try (DiskQueue queue = opener.get(); Subject subject = new Subject(queue, path)) {
                subject.append(random, 10_000);
                subject.commit();
                try (FileChannel other = FileChannel.open(path, StandardOpenOption.WRITE)) {
                    if (change < 0) {
                        other.truncate(10_000 + change);
                    } else {
                        other.write(ByteBuffer.allocate((int) change), 10_000);
                    }
                }
                subject.append(random, 10);
                subject.tail.beginCommit(true);
                assertThrows(FileChangedException.class, subject.tail::awaitCommit);
                assertEquals(10_000, subject.tail.committed());
                assertEquals(10_000 + change, Files.size(path), "a hole would look like a part of the recording");
                assertThrows(FileChangedException.class, () -> subject.append(random, 1));
            }
        }
    }

    /** The device that is always full answers as a full disk does. */
    @ParameterizedTest
    @MethodSource("queues")
    void shouldFailForGoodWhenTheDiskIsFull(final Supplier<DiskQueue> opener) throws IOException {
        final Path full = Path.of("/dev/full");
        if (!Files.isWritable(full)) {
            return;
        }
        try (DiskQueue queue = opener.get(); Arena arena = Arena.ofConfined();
                StorageFile file = Storage.files().open(full, StorageMode.WRITE)) {
            final FileTail tail = queue.open(full, file, 0);
            final MemorySegment bytes = arena.allocate(3L * DiskQueue.BUFFER_BYTES);
            tail.append(bytes, 100);
            tail.beginCommit(true);
            final IOException e = assertThrows(IOException.class, tail::awaitCommit);
            assertTrue(e.getMessage().toLowerCase(Locale.ROOT).contains("no space left"), e.getMessage());
            assertThrows(IOException.class, () -> tail.append(bytes, bytes.byteSize()));
            assertEquals(0, tail.committed());
            tail.close();
        }
    }

    @ParameterizedTest
    @MethodSource("queues")
    void shouldWaitForWhatIsUnderWayWhenItIsClosed(final Supplier<DiskQueue> opener) throws IOException {
        final Random random = new Random(SEED);
        final Path path = folder.resolve("a");
        try (DiskQueue queue = opener.get()) {
            final Subject subject = new Subject(queue, path);
            subject.append(random, 2 * DiskQueue.BUFFER_BYTES);
            subject.tail.beginCommit(true);
            subject.append(random, 10);
            subject.close();
            assertFalse(queue.isBusy());
        }
        assertEquals(2 * DiskQueue.BUFFER_BYTES, Files.size(path), "what no commit was begun for is not written");
    }

    @Test
    void shouldChooseIoUringUnlessItIsSwitchedOff() {
        try (DiskQueue queue = DiskQueues.open()) {
            assertEquals(IoUring.isAvailable(), queue.describe().contains("by io_uring"), queue.describe());
        }
        System.setProperty(DiskQueues.URING_PROPERTY, "false");
        try (DiskQueue queue = DiskQueues.open()) {
            assertTrue(queue.describe().contains("-Douli.uring.files=false"), queue.describe());
        } finally {
            System.clearProperty(DiskQueues.URING_PROPERTY);
        }
    }
}
