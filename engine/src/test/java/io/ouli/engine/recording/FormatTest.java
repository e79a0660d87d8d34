package io.ouli.engine.recording;

import io.ouli.engine.recording.FormatReader.Found;
import io.ouli.engine.recording.Interactions.Interaction;
import io.ouli.engine.recording.storage.SimulatedStorage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Pins format 1: a file that is checked in, written once, must be written alike and read for ever. */
class FormatTest {
    private static final String GOLDEN = "format1.ouli";
    private static final Path FILE = Path.of("/disk/session.ouli");

    private final FramePool pool = new FramePool(FramePool.DEFAULT_RETAINED_BYTES);
    private final FrameBuilder builder = new FrameBuilder(pool, RecordingLimits.DEFAULT);

    private static List<Interaction> interactions() {
        return List.of(
                Interactions.of(1, "poll", "second"),
                Interactions.of(0, "poll", "first"),
                new Interaction(3, Interactions.key("events"), Interactions.bytes("GET /events HTTP/1.1\r\n\r\n"),
                        Interactions.bytes("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
                                + "1\r\na\r\n0\r\n\r\n"),
                        200, FrameFlags.CHUNKED | FrameFlags.STREAM, new long[] {47, 6, 1_000_000, 53, 5, 2_000_000}),
                new Interaction(5, Interactions.key("gone"), Interactions.bytes("HEAD /gone HTTP/1.1\r\n\r\n"),
                        Interactions.bytes("HTTP/1.1 404 Not Found\r\n\r\n"), 404, FrameFlags.NO_BODY, new long[0]));
    }

    /** Three interactions, sealed; a fourth appended, sealed again; every clock reading a second after the other. */
    private byte[] write() {
        final SimulatedStorage disk = new SimulatedStorage();
        final long[] clock = {1_700_000_000_000_000_000L};
        final byte[] policy = Interactions.key("policy");
        final RecordingOptions options = RecordingOptions.of(pool).withStorage(disk).withExisting(ExistingPolicy.APPEND)
                .withPolicyHash(policy).withClock(() -> clock[0] += 1_000_000_000L);
        try (RecordingWriter writer = RecordingWriter.open(FILE, options)) {
            interactions().subList(0, 3).forEach(next -> Interactions.append(writer, builder, next));
            writer.seal();
        }
        try (RecordingWriter writer = RecordingWriter.open(FILE, options)) {
            Interactions.append(writer, builder, interactions().get(3));
            writer.seal();
        }
        return disk.bytes(FILE);
    }

    private static byte[] golden() throws IOException {
        try (InputStream in = FormatTest.class.getResourceAsStream(GOLDEN)) {
            return in.readAllBytes();
        }
    }

    @Test
    void shouldWriteTheSameBytesForEver() throws IOException {
        assertArrayEquals(golden(), write());
        assertArrayEquals(write(), write());
    }

    @Test
    void shouldBeReadableFromItsDescriptionAlone() throws IOException {
        final FormatReader reader = new FormatReader(golden());
        assertTrue(reader.isSealed());
        final List<Found> found = reader.readIndex();
        assertEquals(List.of(0, 1, 3, 5), found.stream().map(Found::sequence).toList());
        assertEquals(List.of(0, 1, 0, 0), found.stream().map(Found::occurrence).toList());
        assertEquals(List.of(0, 0x8000, 0x8009, 0x8002), found.stream().map(Found::flags).toList());
        assertEquals("first", lastLine(found.get(0)));
        assertEquals("second", lastLine(found.get(1)));
        assertEquals(2, found.get(2).chunks().size());
        assertArrayEquals(new long[] {53, 5, 2_000_000}, found.get(2).chunks().get(1));
        assertEquals(404, found.get(3).status());
        assertEquals(5_000, found.get(3).time());
        assertEquals(-1, reader.find(Interactions.key("poll"), 2));
        assertEquals(-1, reader.find(Interactions.key("none"), 0));
    }

    @Test
    void shouldReadTheGoldenFile(@TempDir final Path folder) throws IOException {
        final Path file = Files.write(folder.resolve(GOLDEN), golden());
        try (Recording recording = Recording.open(file)) {
            assertEquals(Recording.State.SEALED, recording.state());
            assertEquals(4, recording.count());
            assertEquals(1_700_000_001_000_000_000L, recording.createdNanos());
            assertEquals(1_700_000_003_000_000_000L, recording.sealedNanos());
            assertArrayEquals(Interactions.key("policy"), recording.policyHash());
            final long slot = recording.find(Interactions.key("events"), 0, 0);
            assertTrue(recording.verify(slot));
            assertEquals(FrameFlags.CHUNKED | FrameFlags.STREAM | FrameFlags.LAST, recording.flags(slot));
            assertEquals(2, recording.chunkCount(slot));
            assertEquals(53, recording.chunkOffset(slot, 1));
            assertEquals(5, recording.chunkLength(slot, 1));
            assertEquals(2_000_000, recording.chunkNanos(slot, 1));
        }
    }

    /** The chain goes over the frames as they lie: 1, 0, 3, 5, also past the first seal. */
    @Test
    void shouldChainTheInteractionsAsTheDescriptionSays() throws IOException, NoSuchAlgorithmException {
        byte[] previous = HexFormat.of()
                .parseHex("b4d6e60a9b97e7b98c63df9308728c5c88c0b40c398046772c63447b94608b4d");
        final List<Found> found = new FormatReader(golden()).readIndex();
        for (final int sequence : new int[] {1, 0, 3, 5}) {
            final Found each = found.stream().filter(one -> one.sequence() == sequence).findFirst().orElseThrow();
            final MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update((byte) 'C');
            sha256.update(previous);
            previous = sha256.digest(each.key());
            assertArrayEquals(previous, each.chain(), "interaction " + sequence);
        }
    }

    private static String lastLine(final Found found) {
        final String text = new String(found.response(), StandardCharsets.ISO_8859_1);
        return text.substring(text.lastIndexOf('\n') + 1);
    }

    @Test
    void shouldHaveTheConstantsOfTheDescription() {
        assertEquals(0xE3069283, FormatReader.crc("123456789".getBytes(StandardCharsets.US_ASCII)));
        assertEquals(64, IndexLayout.ENTRY_BYTES);
        assertEquals(128, FrameHeader.BYTES);
        assertEquals(128, FileHeader.BYTES);
        assertEquals(64, IndexLayout.capacity(0));
        assertEquals(64, IndexLayout.capacity(32));
        assertEquals(128, IndexLayout.capacity(33));
        assertEquals(1 << 21, IndexLayout.capacity(1 << 20));
    }
}
