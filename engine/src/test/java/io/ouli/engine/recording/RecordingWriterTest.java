package io.ouli.engine.recording;

import io.ouli.engine.recording.RecordingException.Reason;
import io.ouli.engine.recording.storage.SimulatedStorage;
import io.ouli.engine.recording.storage.SimulatedStorage.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class RecordingWriterTest {
    @TempDir
    private Path folder;

    private final FramePool pool = new FramePool(FramePool.DEFAULT_RETAINED_BYTES);
    private final FrameBuilder builder = new FrameBuilder(pool, RecordingLimits.DEFAULT);
    private final RecordingOptions options = RecordingOptions.of(pool);

    @AfterEach
    void shouldLeakNoFrame() {
        assertEquals(0, pool.lent());
    }

    private void append(final RecordingWriter writer, final String name, final String response) {
        Interactions.append(writer, builder, Interactions.of(writer.nextSequence(), name, response));
    }

    private void record(final Path file, final ExistingPolicy existing, final String response) {
        try (RecordingWriter writer = RecordingWriter.open(file, options.withExisting(existing))) {
            append(writer, "x", response);
            writer.seal();
        }
    }

    private static void refused(final Reason reason, final Runnable action, final String... words) {
        final RecordingException e = assertThrows(RecordingException.class, action::run);
        assertEquals(reason, e.reason(), e.getMessage());
        for (final String word : words) {
            assertTrue(e.getMessage().contains(word), e.getMessage());
        }
        assertEquals(-1, e.getMessage().indexOf('\n'));
    }

    @Test
    void shouldRefuseAnExistingRecordingUnlessTold() throws IOException {
        final Path file = folder.resolve("a.ouli");
        record(file, ExistingPolicy.FAIL, "old");
        final byte[] before = Files.readAllBytes(file);
        refused(Reason.EXISTS, () -> record(file, ExistingPolicy.FAIL, "new"), file.toString(), "--existing append");
        assertArrayEquals(before, Files.readAllBytes(file));
    }

    @Test
    void shouldReplaceWithoutDisturbingAReader() {
        final Path file = folder.resolve("a.ouli");
        record(file, ExistingPolicy.FAIL, "old and longer than the new one");
        try (Recording old = Recording.open(file)) {
            record(file, ExistingPolicy.REPLACE, "new");
            final long slot = old.find(Interactions.key("x"), 0, 0);
            assertTrue(old.verify(slot));
            assertArrayEquals(
                    Interactions.of(0, "x", "old and longer than the new one").response(),
                    Interactions.response(old, slot));
        }
        try (Recording recording = Recording.open(file)) {
            assertEquals(1, recording.count());
            final long slot = recording.find(Interactions.key("x"), 0, 0);
            assertArrayEquals(Interactions.of(0, "x", "new").response(), Interactions.response(recording, slot));
        }
    }

    @Test
    void shouldRefuseASecondWriterByName() throws IOException {
        final Path file = folder.resolve("a.ouli");
        try (RecordingWriter writer = RecordingWriter.open(file, options)) {
            append(writer, "x", "y");
            refused(Reason.LOCKED, () -> RecordingWriter.open(file, options.withExisting(ExistingPolicy.APPEND)),
                    file.toString(), Long.toString(ProcessHandle.current().pid()));
            refused(Reason.LOCKED, () -> new RecordingRecovery(options).recover(file));
        }
        try (RecordingWriter writer = RecordingWriter.open(file, options.withExisting(ExistingPolicy.APPEND))) {
            assertEquals(1, writer.count());
        }
        assertFalse(Files.exists(folder.resolve("a.ouli~lock")));
    }

    @Test
    void shouldRefuseASecondWriterByAnotherLinkToTheFile() throws IOException {
        final Path file = folder.resolve("a.ouli");
        final Path one = Files.createSymbolicLink(folder.resolve("one.ouli"), Path.of("a.ouli"));
        final Path away = Files.createDirectory(folder.resolve("away"));
        final Path two = Files.createSymbolicLink(away.resolve("two.ouli"), one);
        final Path linked = Files.createSymbolicLink(folder.resolve("linked"), away).resolve("two.ouli");
        final RecordingOptions appending = options.withExisting(ExistingPolicy.APPEND);
        try (RecordingWriter writer = RecordingWriter.open(one, options)) {
            append(writer, "x", "y");
            for (final Path other : List.of(file, one, two, linked)) {
                refused(Reason.LOCKED, () -> RecordingWriter.open(other, appending),
                        Long.toString(ProcessHandle.current().pid()));
                refused(Reason.LOCKED, () -> new RecordingRecovery(options).recover(other));
                refused(Reason.LOCKED, () -> RecordingReplacement.begin(other, other, options));
            }
            writer.seal();
        }
        for (final ExistingPolicy existing : List.of(ExistingPolicy.APPEND, ExistingPolicy.REPLACE)) {
            try (RecordingWriter writer = RecordingWriter.open(linked, options.withExisting(existing))) {
                append(writer, "z", "more");
                writer.seal();
            }
            assertTrue(Files.isSymbolicLink(one) && Files.isSymbolicLink(two), "the links are what they were");
        }
        new RecordingRecovery(options).recover(two);
        assertTrue(Files.isSymbolicLink(one) && Files.isSymbolicLink(two), "the links are what they were");
        try (Recording recording = Recording.open(file)) {
            assertEquals(1, recording.count(), "what a link names was replaced");
        }
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(Set.of("a.ouli", "one.ouli", "away", "linked"),
                    left.map(each -> each.getFileName().toString()).collect(Collectors.toSet()));
        }
    }

    @Test
    void shouldSayThatLinksLeadRoundInACircle() throws IOException {
        final Path one = Files.createSymbolicLink(folder.resolve("one.ouli"), Path.of("two.ouli"));
        Files.createSymbolicLink(folder.resolve("two.ouli"), Path.of("one.ouli"));
        refused(Reason.IO, () -> RecordingWriter.open(one, options), one.toString(), "in a circle");
    }

    @Test
    void shouldRefuseASecondWriterOfAnotherProcess() throws Exception {
        final Path file = folder.resolve("a.ouli");
        final Process other = new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp", System.getProperty("java.class.path"), OtherProcess.class.getName(), file.toString())
                .redirectErrorStream(true).start();
        try {
            assertEquals("writing", new String(other.getInputStream().readNBytes("writing".length())));
            refused(Reason.LOCKED, () -> RecordingWriter.open(file, options.withExisting(ExistingPolicy.APPEND)),
                    "process " + other.pid());
            try (Recording recording = Recording.open(file)) {
                assertEquals(1, recording.count(), "a reader needs no lock");
            }
            other.destroyForcibly().waitFor();
            try (RecordingWriter writer = RecordingWriter.open(file, options.withExisting(ExistingPolicy.APPEND))) {
                assertEquals(1, writer.count(), "a killed writer leaves its lock and what it committed");
            }
        } finally {
            other.destroyForcibly();
        }
    }

    /** Writes and waits to be killed. */
    static final class OtherProcess {
        private OtherProcess() {
        }

        public static void main(final String[] args) throws InterruptedException {
            final FramePool pool = new FramePool(FramePool.DEFAULT_RETAINED_BYTES);
            final RecordingWriter writer = RecordingWriter.open(Path.of(args[0]), RecordingOptions.of(pool));
            final FrameBuilder builder = new FrameBuilder(pool, RecordingLimits.DEFAULT);
            Interactions.append(writer, builder, Interactions.of(0, "x", "y"));
            writer.commit();
            System.out.print("writing");
            System.out.flush();
            Thread.sleep(Long.MAX_VALUE);
        }
    }

    @Test
    void shouldCreateFilesForTheirOwnerOnly() throws IOException {
        final Path file = folder.resolve("new/deep/a.ouli");
        record(file, ExistingPolicy.FAIL, "x");
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())));
        assertEquals("rwx------",
                PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent().getParent())));
    }

    @Test
    void shouldStopAtEachLimit() {
        final RecordingLimits limits = new RecordingLimits(40, 60, 3, 128 + 3 * 256 + 2 * 4_096);
        final FrameBuilder small = new FrameBuilder(pool, limits);
        small.begin(0, 0);
        small.request(new byte[40], 0, 40);
        assertThrows(RecordingException.class, () -> small.request(new byte[1], 0, 1));
        small.response(new byte[60], 0, 60);
        assertThrows(RecordingException.class, () -> small.response(new byte[1], 0, 1));
        assertTrue(small.isBuilding());
        small.abort();

        final Path file = folder.resolve("a.ouli");
        try (RecordingWriter writer = RecordingWriter.open(file, options.withLimits(limits))) {
            for (int i = 0; i < 3; i++) {
                append(writer, "x", "reply " + i);
            }
            refused(Reason.LIMIT, () -> append(writer, "x", "one too many"), file.toString(), "3 interactions");
            writer.seal();
        }
        assertEquals(3, count(file));
    }

    @Test
    void shouldLeaveRoomForTheIndexUnderTheLimitOfTheFile() throws IOException {
        final Path file = folder.resolve("a.ouli");
        final RecordingLimits limits = new RecordingLimits(1_000, 100_000, 1_000, 64 << 10);
        int count = 0;
        try (RecordingWriter writer = RecordingWriter.open(file, options.withLimits(limits))) {
            final String kilobyte = "x".repeat(1_000);
            while (true) {
                append(writer, "x", kilobyte);
                count++;
            }
        } catch (final RecordingException e) {
            assertEquals(Reason.LIMIT, e.reason());
        }
        try (RecordingWriter writer = RecordingWriter.open(
                file, options.withLimits(limits).withExisting(ExistingPolicy.APPEND))) {
            writer.seal();
        }
        assertEquals(count, count(file));
        assertTrue(Files.size(file) <= 64 << 10, "sealed beyond the limit");
        assertTrue(Files.size(file) > 56 << 10, "gave up too early");
    }

    private static int count(final Path file) {
        try (Recording recording = Recording.open(file)) {
            return recording.count();
        }
    }

    @Test
    void shouldBoundTheIndexesOfOlderSeals() throws IOException {
        final Path file = folder.resolve("a.ouli");
        long longest = 0;
        int count = 0;
        for (int run = 0; run < 12; run++) {
            try (RecordingWriter writer = RecordingWriter.open(file, options.withExisting(ExistingPolicy.APPEND))) {
                for (int i = 0; i < 12; i++, count++) {
                    append(writer, "key" + count % 100, "reply " + count);
                    writer.seal();
                }
            }
            longest = Math.max(longest, Files.size(file));
        }
        assertEquals(count, count(file));
        assertTrue(longest < 3 << 20, longest + " bytes");
        try (RecordingWriter writer = RecordingWriter.open(file, options.withExisting(ExistingPolicy.APPEND))) {
            assertEquals(count, writer.count());
            writer.seal();
        }
        assertTrue(longest > 1 << 20, "it never came to it");
        assertFalse(Files.exists(folder.resolve("a.ouli~damaged")));
    }

    /** Old indexes are no reason to drop what is damaged: it goes on answering as damaged. */
    @Test
    void shouldNotWriteADamagedFileAnewByItself() throws IOException {
        final Path file = folder.resolve("a.ouli");
        try (RecordingWriter writer = RecordingWriter.open(file, options)) {
            append(writer, "x", "the first reply");
            while (Files.size(file) < WriterOpener.MIN_COMPACTED_BYTES) {
                append(writer, "y", "another");
                writer.seal();
            }
        }
        final byte[] bytes = Files.readAllBytes(file);
        bytes[FileHeader.BYTES + FrameHeader.BYTES + 3] ^= 1;
        Files.write(file, bytes);
        try (RecordingWriter writer = RecordingWriter.open(file, options.withExisting(ExistingPolicy.APPEND))) {
            append(writer, "z", "one more");
            writer.seal();
        }
        try (Recording recording = Recording.open(file)) {
            assertFalse(recording.verify(recording.find(Interactions.key("x"), 0, 0)));
            assertTrue(recording.verify(recording.find(Interactions.key("z"), 0, 0)));
        }
    }

    @Test
    void shouldStopWhenTheFileIsRemoved() throws IOException {
        final Path file = folder.resolve("a.ouli");
        try (RecordingWriter writer = RecordingWriter.open(file, options)) {
            append(writer, "x", "1");
            writer.commit();
            Files.delete(file);
            append(writer, "x", "2");
            refused(Reason.INTERFERENCE, writer::commit, file.toString(), "removed");
            assertNotNull(writer.failed());
            refused(Reason.INTERFERENCE, () -> append(writer, "x", "3"));
        }
    }

    @Test
    void shouldStopWhenTheFileIsGrownBySomebodyElse() throws IOException {
        final Path file = folder.resolve("a.ouli");
        try (RecordingWriter writer = RecordingWriter.open(file, options)) {
            append(writer, "x", "1");
            writer.commit();
            Files.write(file, new byte[100_000], StandardOpenOption.APPEND);
            append(writer, "x", "2");
            refused(Reason.INTERFERENCE, writer::commit, file.toString(), "length");
        }
        assertTrue(count(file) >= 1);
    }

    @Test
    void shouldKeepWhatWasCommittedWhenTheDiskIsFull() {
        final SimulatedStorage disk = new SimulatedStorage();
        final Path file = Path.of("/disk/a.ouli");
        try (RecordingWriter writer = RecordingWriter.open(file, options.withStorage(disk))) {
            append(writer, "x", "1");
            writer.commit();
            final long committed = writer.committedBytes();
            disk.limitSpace(committed + 700);
            append(writer, "x", "2".repeat(2_000));
            refused(Reason.DISK_FULL, writer::commit, file.toString(), "make room");
            assertEquals(committed, writer.committedBytes());
            assertEquals(1, writer.committedCount());
        }
        try (Recording recording = Recording.open(file, disk, RecordingLimits.DEFAULT)) {
            assertEquals(1, recording.count());
        }
    }

    @Test
    void shouldSayThatItsFolderCannotBeMade() throws IOException {
        final Path inTheWay = Files.writeString(folder.resolve("file"), "in the way");
        refused(Reason.IO, () -> record(inTheWay.resolve("a/b.ouli"), ExistingPolicy.FAIL, "new"),
                "its folder cannot be made: " + inTheWay + " is a file; name another folder");
        if (Files.isDirectory(Path.of("/proc/self"))) {
            refused(Reason.IO, () -> record(Path.of("/proc/ouli/b.ouli"), ExistingPolicy.FAIL, "new"),
                    // What stands between depends on who asks.
                    "its folder cannot be made: ", " at /proc/ouli; name another folder");
        }
    }

    @Test
    void shouldLeaveNothingBehindThatAFullDiskDidNotLetBegin() {
        final SimulatedStorage disk = new SimulatedStorage();
        final Path file = Path.of("/disk/a.ouli");
        disk.limitSpace(FileHeader.BYTES - 1);
        refused(Reason.DISK_FULL, () -> RecordingWriter.open(file, options.withStorage(disk)), file.toString(),
                "make room");
        assertFalse(disk.exists(file));
        assertFalse(disk.exists(Path.of("/disk/a.ouli~new")));

        disk.limitSpace(Long.MAX_VALUE);
        try (RecordingWriter writer = RecordingWriter.open(file, options.withStorage(disk))) {
            append(writer, "x", "1");
            writer.commit();
        }
        for (final long room : new long[] {FileHeader.BYTES - 1, FileHeader.BYTES + 1, 4_096}) {
            disk.limitSpace(room);
            refused(Reason.DISK_FULL, () -> new RecordingRecovery(options.withStorage(disk)).recover(file),
                    "make room");
            assertFalse(disk.exists(Path.of("/disk/a.ouli~recovered")));
        }
        try (Recording recording = Recording.open(file, disk, RecordingLimits.DEFAULT)) {
            assertEquals(1, recording.count(), "it is as it was");
        }
    }

    @Test
    void shouldNeverAcknowledgeAfterAFailedSync() {
        final SimulatedStorage disk = new SimulatedStorage();
        final Path file = Path.of("/disk/a.ouli");
        try (RecordingWriter writer = RecordingWriter.open(file, options.withStorage(disk))) {
            append(writer, "x", "1");
            disk.failAt(disk.operations() + 1, Fault.EIO); // The write comes first, then the sync.
            refused(Reason.IO, writer::commit, file.toString());
            refused(Reason.IO, writer::commit, "since an error");
            refused(Reason.IO, writer::seal);
            assertEquals(FileHeader.BYTES, writer.committedBytes());
        }
    }

    @Test
    void shouldSayWhatIsCommitted() {
        final Path file = folder.resolve("a.ouli");
        try (RecordingWriter writer =
                RecordingWriter.open(file, options.withDurability(Durability.INTERVAL, 1_000_000))) {
            assertFalse(writer.hasUncommitted());
            final long before = System.nanoTime();
            final Frame frame = Interactions.build(builder, Interactions.of(0, "x", "1"));
            final long end = writer.append(frame);
            frame.release();
            assertTrue(writer.hasUncommitted());
            assertTrue(writer.commitDueNanos() - before >= 1_000_000);
            assertEquals(FileHeader.BYTES, writer.committedBytes());
            writer.commit();
            assertEquals(end, writer.committedBytes());
            assertEquals(1, writer.committedCount());
            assertFalse(writer.hasUncommitted());
        }
    }

    @Test
    void shouldTakeFramesLargerThanItsBuffer() {
        final Path file = folder.resolve("a.ouli");
        final String large = "z".repeat(3 << 20);
        try (RecordingWriter writer = RecordingWriter.open(file, options)) {
            append(writer, "a", "small");
            append(writer, "b", large);
            append(writer, "c", "small");
            append(writer, "d", "x".repeat((1 << 20) - 400));
            writer.seal();
        }
        try (Recording recording = Recording.open(file)) {
            for (int rank = 0; rank < 4; rank++) {
                assertTrue(recording.verify(recording.slotAt(rank)));
            }
            final long slot = recording.find(Interactions.key("b"), 0, 0);
            assertArrayEquals(Interactions.of(1, "b", large).response(), Interactions.response(recording, slot));
        }
    }

    @Test
    void shouldRefuseToAppendToADamagedFile() throws IOException {
        final Path file = folder.resolve("a.ouli");
        record(file, ExistingPolicy.FAIL, "x");
        final byte[] bytes = Files.readAllBytes(file);
        bytes[90] ^= 1;
        Files.write(file, bytes);
        refused(Reason.DAMAGED, () -> record(file, ExistingPolicy.APPEND, "y"), file.toString(), "ouli recover");
        assertArrayEquals(bytes, Files.readAllBytes(file));
    }

    @Test
    void shouldSayWhatIsNoRecording() throws IOException {
        final Path file = Files.writeString(folder.resolve("a.ouli"), "{\"recordings\": []}");
        refused(Reason.NOT_A_RECORDING, () -> Recording.open(file), file.toString());
        refused(Reason.MISSING, () -> Recording.open(folder.resolve("b.ouli")), "b.ouli");
        refused(Reason.NOT_A_RECORDING, () -> record(file, ExistingPolicy.APPEND, "y"), file.toString());
    }
}
