package io.ouli.engine.recording;

import io.ouli.engine.recording.RecordingException.Reason;
import io.ouli.engine.recording.RecordingReport.Damage;
import io.ouli.engine.recording.RecordingReport.Verdict;
import io.ouli.engine.recording.storage.Storage;
import io.ouli.engine.recording.storage.StorageFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A disk that cannot read some sectors of a recording: the rest is told, saved and replayed. */
class UnreadableDiskTest {
    private static final int COUNT = 12;
    private static final int REPLY_BYTES = 20_000;
    /** The interaction whose reply lies on them. */
    private static final int LOST = 5;

    @TempDir
    private Path folder;
    private Path file;
    private long badFrom;
    private long badTo;

    private final FramePool pool = new FramePool(FramePool.DEFAULT_RETAINED_BYTES);
    private final Storage failing = failing(Storage.class, Storage.files());

    /** Files as they are, but for reads that touch what cannot be read. */
    private <T> T failing(final Class<T> type, final T sound) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, args) -> {
            if (method.getName().equals("read")) {
                final long position = (long) args[0];
                if (position < badTo && position + (long) args[3] > badFrom) {
                    throw new IOException("Input/output error");
                }
            }
            try {
                final Object result = method.invoke(sound, args);
                return result instanceof final StorageFile opened ? failing(StorageFile.class, opened) : result;
            } catch (final InvocationTargetException e) {
                throw e.getCause();
            }
        }));
    }

    private static String reply(final int number) {
        return Character.toString('a' + number).repeat(REPLY_BYTES);
    }

    @BeforeEach
    void record() throws IOException {
        file = folder.resolve("a.ouli");
        final FrameBuilder builder = new FrameBuilder(pool, RecordingLimits.DEFAULT);
        try (RecordingWriter writer = RecordingWriter.open(file, RecordingOptions.of(pool))) {
            for (int i = 0; i < COUNT; i++) {
                Interactions.append(writer, builder, Interactions.of(i, "key" + i, reply(i)));
            }
            writer.seal();
        }
        final String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        badFrom = (text.indexOf(reply(LOST)) + 4_095) / 4_096 * 4_096L;
        badTo = badFrom + 8_192;
    }

    private RecordingOptions options() {
        return RecordingOptions.of(pool).withStorage(failing);
    }

    @Test
    void shouldListWhatTheDiskCannotRead() {
        final List<Damage> damages = new ArrayList<>();
        final RecordingReport report =
                new RecordingVerifier(failing, RecordingLimits.DEFAULT).verify(file, damages::add);
        assertEquals(Verdict.DAMAGED, report.verdict(), report.toString());
        assertEquals(1, damages.size(), damages.toString());
        assertEquals(LOST, damages.getFirst().sequence());
        assertEquals("the disk cannot read it", damages.getFirst().reason());
        badFrom = 0;
        assertEquals(Verdict.UNREADABLE, new RecordingVerifier(failing, RecordingLimits.DEFAULT)
                .verify(file, damages::add).verdict(), "not even the header");
    }

    @Test
    void shouldSaveWhatTheDiskCanRead() throws IOException {
        final RecordingRecovery.Result result = new RecordingRecovery(options()).recover(file);
        assertEquals(COUNT - 1, result.kept());
        assertEquals(1, result.dropped());
        assertTrue(Files.exists(result.backup()), "what could not be read may be there another time");
        try (Recording recovered = Recording.open(file)) {
            assertEquals(COUNT - 1, recovered.count());
            for (int i = 0; i < COUNT; i++) {
                final long slot = recovered.find(Interactions.key("key" + i), 0, 0);
                assertEquals(i != LOST, slot >= 0 && recovered.verify(slot));
                if (i != LOST) {
                    assertArrayEquals(Interactions.of(i, "key" + i, reply(i)).response(),
                            Interactions.response(recovered, slot));
                }
            }
        }
    }

    private Path unsealed() {
        final Path unsealed = folder.resolve("b.ouli");
        final FrameBuilder builder = new FrameBuilder(pool, RecordingLimits.DEFAULT);
        try (RecordingWriter writer = RecordingWriter.open(unsealed, RecordingOptions.of(pool))) {
            for (int i = 0; i < COUNT; i++) {
                Interactions.append(writer, builder, Interactions.of(i, "key" + i, reply(i)));
            }
            writer.commit();
        }
        return unsealed;
    }

    /** The end of a file that was not sealed may be torn; one that cannot be read is not taken for that. */
    @Test
    void shouldNotTakeAnEndThatCannotBeReadForATornOne() throws IOException {
        final Path unsealed = unsealed();
        badTo = Files.size(unsealed);
        badFrom = badTo - 10_000;
        final List<Damage> damages = new ArrayList<>();
        assertEquals(Verdict.DAMAGED,
                new RecordingVerifier(failing, RecordingLimits.DEFAULT).verify(unsealed, damages::add).verdict());
        assertEquals(1, damages.size(), damages.toString());
        assertEquals("the disk cannot read it", damages.getFirst().reason());
        final RecordingRecovery.Result result = new RecordingRecovery(options()).recover(unsealed);
        assertEquals(COUNT - 1, result.kept());
        assertTrue(Files.exists(result.backup()), "what could not be read may be there another time");
    }

    /** What cannot be read at the moment is not torn: nobody goes on with less than there was. */
    @Test
    void shouldNotTakeItForTornWhereMoreIsRecorded() throws IOException {
        final Path unsealed = unsealed();
        final long size = Files.size(unsealed);
        final RecordingException e = assertThrows(RecordingException.class,
                () -> RecordingWriter.open(unsealed, options().withExisting(ExistingPolicy.APPEND)));
        assertEquals(Reason.IO, e.reason());
        assertTrue(e.getMessage().contains("Input/output error"), e.getMessage());
        assertEquals(size, Files.size(unsealed));
    }

    /** The name of a file that was cut means another one that is long enough: what is lost is not lost by a cut. */
    @Test
    void shouldTellAFailingDiskFromACutOneWhenAReplyIsReplayed() throws IOException {
        try (Recording recording = Recording.open(file)) {
            final Path copy = Files.copy(file, folder.resolve("copy"));
            final Path mapped = Files.move(file, folder.resolve("mapped"));
            Files.move(copy, file);
            try (FileChannel channel = FileChannel.open(mapped, StandardOpenOption.WRITE)) {
                channel.truncate(badFrom);
            }
            final long lost = recording.find(Interactions.key("key" + LOST), 0, 0);
            assertFalse(recording.verify(lost));
            assertTrue(recording.verify(recording.find(Interactions.key("key1"), 0, 0)), "the others are replayed");
            final RecordingException unreadable =
                    assertThrows(RecordingException.class, () -> recording.response(lost));
            assertEquals(Reason.IO, unreadable.reason());
            assertTrue(unreadable.getMessage().contains("the disk cannot read it; check the disk"),
                    unreadable.getMessage());
            Files.delete(file);
            final RecordingException cut = assertThrows(RecordingException.class, () -> recording.response(lost));
            assertEquals(Reason.INTERFERENCE, cut.reason());
        }
    }

    /** An index is made anew from the interactions' headers, wherever else the disk fails. */
    @Test
    void shouldMakeAnIndexAnewBesideWhatTheDiskCannotRead() throws IOException {
        final int small = 5_000;
        final Path large = folder.resolve("large.ouli");
        final FrameBuilder builder = new FrameBuilder(pool, RecordingLimits.DEFAULT);
        try (RecordingWriter writer = RecordingWriter.open(large, RecordingOptions.of(pool))) {
            Interactions.append(writer, builder, Interactions.of(0, "large", reply(0)));
            for (int i = 1; i <= small; i++) {
                Interactions.append(writer, builder, Interactions.of(i, "small" + i, "reply " + i));
            }
            writer.seal();
        }
        final byte[] bytes = Files.readAllBytes(large);
        final FileHeader header = FileHeader.decode(MemorySegment.ofArray(bytes), FileHeader.BYTES, large);
        final int table = Math.toIntExact(IndexLayout.entriesOffset(header.indexOffset, header.capacity));
        Arrays.fill(bytes, table, table + header.capacity * IndexLayout.ENTRY_BYTES, (byte) 0xee);
        Files.write(large, bytes);
        badFrom = 8_192; // In the large reply.
        badTo = 12_288;
        try (Recording recording = Recording.open(large, failing, RecordingLimits.DEFAULT)) {
            for (int i = 1; i <= small; i++) {
                final byte[] key = Interactions.key("small" + i);
                long slot = recording.find(key, 0, 0);
                if (slot == Recording.LATER) {
                    recording.settle();
                    slot = recording.find(key, 0, 0);
                }
                assertTrue(slot >= 0 && recording.verify(slot), "number " + i + " is " + slot);
            }
        }
    }
}
