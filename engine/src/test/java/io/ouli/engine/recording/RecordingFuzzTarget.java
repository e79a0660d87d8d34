package io.ouli.engine.recording;

import io.ouli.engine.recording.RecordingReport.Verdict;
import io.ouli.engine.recording.storage.SimulatedStorage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Feeds files that somebody made on purpose to everything that reads recordings; throws an Error if one of them does
 * what it never may. With {@code -Douli.fuzz.canary=true} there is a bug to be found.
 */
public final class RecordingFuzzTarget {
    private static final Path FILE = Path.of("/disk/session.ouli");
    private static final boolean CANARY = Boolean.getBoolean("ouli.fuzz.canary");
    private static final byte[] GOLDEN = golden();
    private static final List<Integer> GOLDEN_ENTRIES = entries();
    /** Offset and length of each. */
    private static final int[][] HEADER_FIELDS = {
        {0, 8}, {8, 2}, {10, 2}, {12, 4}, {16, 8}, {24, 8}, {32, 4}, {80, 4}, {84, 4}, {88, 8}, {96, 8}, {104, 4},
        {108, 4}, {112, 4}, {116, 8}};
    private static final int[][] FRAME_FIELDS = {
        {0, 4}, {4, 1}, {6, 2}, {8, 8}, {16, 8}, {24, 8}, {32, 4}, {36, 4}, {40, 4}, {44, 4}, {48, 2}, {52, 4},
        {64, 8}};
    private static final int[][] ENTRY_FIELDS = {
        {0, 8}, {32, 8}, {40, 4}, {44, 4}, {48, 2}, {50, 2}, {52, 4}, {56, 4}};
    /** Offset in the frame, offset in the entry, length. */
    private static final int[][] SHARED_FIELDS = {
        {FrameHeader.KEY, 0, 8}, {FrameHeader.REQUEST_LENGTH, IndexLayout.REQUEST_LENGTH, 4},
        {FrameHeader.RESPONSE_LENGTH, IndexLayout.RESPONSE_LENGTH, 4}, {FrameHeader.STATUS, IndexLayout.STATUS, 2},
        {FrameHeader.FLAGS, IndexLayout.FLAGS, 2}, {FrameHeader.SEQUENCE, IndexLayout.SEQUENCE, 4}};

    private static byte[] golden() {
        try (InputStream in = RecordingFuzzTarget.class.getResourceAsStream("format1.ouli")) {
            return in.readAllBytes();
        } catch (final IOException e) {
            throw new AssertionError(e);
        }
    }

    private RecordingFuzzTarget() {
    }

    /** What a fuzzer's bytes are read with; zeros when they are used up. */
    private static final class Input {
        private final ByteBuffer bytes;

        private Input(final byte[] bytes) {
            this.bytes = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        }

        private boolean hasMore() {
            return bytes.hasRemaining();
        }

        private long next(final int length) {
            long value = 0;
            for (int i = 0; i < length && bytes.hasRemaining(); i++) {
                value |= (bytes.get() & 0xFFL) << 8 * i;
            }
            return value;
        }

        /** Returns a number from 0 to {@code most}. */
        private int upTo(final int most) {
            return (int) (next(most < 256 ? 1 : 2) % (most + 1));
        }
    }

    /** Any bytes. */
    public static void anyFile(final byte[] bytes) {
        check(bytes);
    }

    /** A sound recording with changes in it, and with checksums that say that nothing was changed. */
    public static void forgedFile(final byte[] input) {
        final Input data = new Input(input);
        final boolean forged = data.upTo(3) > 0;
        final byte[] bytes = Arrays.copyOf(GOLDEN, GOLDEN.length - data.upTo(15) * 512 * data.upTo(1));
        final ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        while (data.hasMore()) {
            switch (data.upTo(4)) {
                case 0 -> putField(file, 0, HEADER_FIELDS, data);
                case 1 -> putField(file, frame(data.upTo(5)), FRAME_FIELDS, data);
                case 2 -> putInteraction(file, data);
                case 3 -> putField(file, GOLDEN_ENTRIES.get(data.upTo(GOLDEN_ENTRIES.size() - 1)), ENTRY_FIELDS, data);
                default -> put(file, data.upTo(GOLDEN.length), Byte.BYTES, data.next(1));
            }
        }
        if (forged) {
            forge(file);
        }
        check(bytes);
    }

    /** Returns where a frame of the golden file begins: three interactions, an index, an interaction, an index. */
    private static int frame(final int number) {
        int at = 128;
        final ByteBuffer file = ByteBuffer.wrap(GOLDEN).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < number; i++) {
            at += (int) file.getLong(at + FrameHeader.LENGTH);
        }
        return at;
    }

    /** Returns where the used entries of both indexes are. */
    private static List<Integer> entries() {
        final List<Integer> found = new ArrayList<>();
        final ByteBuffer file = ByteBuffer.wrap(GOLDEN).order(ByteOrder.LITTLE_ENDIAN);
        for (final int index : new int[] {frame(3), frame(5)}) {
            final int first = (int) IndexLayout.entriesOffset(index, IndexLayout.MIN_CAPACITY);
            for (int at = first; at < first + IndexLayout.BLOCK_BYTES; at += IndexLayout.ENTRY_BYTES) {
                if (file.getLong(at + IndexLayout.OFFSET) != 0) {
                    found.add(at);
                }
            }
        }
        return found;
    }

    private static void putField(final ByteBuffer file, final int at, final int[][] fields, final Input data) {
        final int[] field = fields[data.upTo(fields.length - 1)];
        put(file, at + field[0], field[1], data.next(field[1]));
    }

    /** Changes a field of an interaction, and of its entries with it, so that index and frame still agree. */
    private static void putInteraction(final ByteBuffer file, final Input data) {
        final int frame = frame(data.upTo(2));
        final int[] field = SHARED_FIELDS[data.upTo(SHARED_FIELDS.length - 1)];
        final long value = data.next(field[2]);
        put(file, frame + field[0], field[2], value);
        for (final int entry : GOLDEN_ENTRIES) {
            if (ByteBuffer.wrap(GOLDEN).order(ByteOrder.LITTLE_ENDIAN).getLong(entry + IndexLayout.OFFSET) == frame) {
                put(file, entry + field[1], field[2], value);
            }
        }
    }

    private static void put(final ByteBuffer file, final int at, final int length, final long value) {
        for (int i = 0; i < length && at + i < file.limit(); i++) {
            file.put(at + i, (byte) (value >>> 8 * i));
        }
    }

    /** Makes every checksum right that can be, wherever a frame seems to be. */
    private static void forge(final ByteBuffer file) {
        final int indexOffset = file.limit() < 128 ? 0 : (int) file.getLong(88);
        for (int at = 128; at + 128 <= file.limit(); at += 64) {
            if (file.getInt(at) == FrameHeader.MAGIC) {
                final long length = file.getLong(at + FrameHeader.LENGTH);
                final boolean fits = length >= 128 && length <= file.limit() - at;
                final int capacity = file.getInt(at + FrameHeader.RESPONSE_LENGTH);
                final boolean index = file.get(at + FrameHeader.TYPE) == FrameHeader.TYPE_INDEX
                        && IndexLayout.isCapacity(capacity) && IndexLayout.frameLength(at, capacity) == length && fits;
                if (index) {
                    forgeIndex(file, at, capacity);
                } else if (fits) {
                    file.putInt(at + FrameHeader.PAYLOAD_CRC, crc(file, at + 128, (int) length - 128));
                }
                file.putInt(at + FrameHeader.HEADER_CRC, 0);
                file.putInt(at + FrameHeader.HEADER_CRC, crc(file, at, 128));
                if (at == indexOffset) {
                    file.putInt(112, file.getInt(at + FrameHeader.HEADER_CRC));
                }
            }
        }
        if (file.limit() >= 128) {
            file.putInt(124, crc(file, 0, 124));
        }
    }

    private static void forgeIndex(final ByteBuffer file, final int at, final int capacity) {
        final int entries = (int) IndexLayout.entriesOffset(at, capacity);
        for (int slot = 0; slot < capacity; slot++) {
            if (file.getLong(entries + 64 * slot + IndexLayout.OFFSET) != 0) {
                file.putInt(entries + 64 * slot + IndexLayout.CRC, crc(file, entries + 64 * slot, IndexLayout.CRC));
            }
        }
        for (int block = 0; block < capacity / IndexLayout.ENTRIES_PER_BLOCK; block++) {
            file.putInt(at + 128 + 4 * block, crc(file, entries + 4_096 * block, 4_096));
        }
        file.putInt(at + FrameHeader.PAYLOAD_CRC, crc(file, at + 128, entries - at - 128));
    }

    private static int crc(final ByteBuffer file, final int at, final int length) {
        return FormatReader.crc(Arrays.copyOfRange(file.array(), at, at + length));
    }

    private static void check(final byte[] bytes) {
        final SimulatedStorage disk = new SimulatedStorage();
        disk.put(FILE, bytes);
        final RecordingVerifier verifier = new RecordingVerifier(disk, RecordingLimits.DEFAULT);
        verifier.verify(FILE, damage -> { });
        try (Recording recording = Recording.open(FILE, disk, RecordingLimits.DEFAULT)) {
            for (long slot = 0; slot < recording.capacity(); slot++) {
                checkSlot(recording, slot, bytes);
            }
            for (int rank = 0; rank < recording.count(); rank++) {
                final long slot = recording.slotAt(rank);
                final byte[] key = new byte[32];
                if (slot >= 0) {
                    recording.copyKey(slot, key, 0);
                    recording.find(key, 0, recording.occurrence(slot));
                }
            }
        } catch (final RecordingException e) {
            // Typed: that is what a file like this should get.
        }
        try (FramePool pool = new FramePool(0)) {
            final RecordingOptions options =
                    RecordingOptions.of(pool).withStorage(disk).withExisting(ExistingPolicy.APPEND);
            goOn(options);
            disk.put(FILE, bytes);
            recover(options, verifier);
        }
    }

    /** What verify calls sound is inside the file and passes the checksum that it carries. */
    private static void checkSlot(final Recording recording, final long slot, final byte[] bytes) {
        if (!recording.verify(slot)) {
            return;
        }
        final int frame = (int) recording.frameOffset(slot);
        final ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        final int length = (int) file.getLong(frame + FrameHeader.LENGTH);
        if (crc(file, frame + 128, length - 128) != file.getInt(frame + FrameHeader.PAYLOAD_CRC)) {
            throw new AssertionError("slot " + slot + " is damaged, and would be replayed");
        }
        final byte[] response = Interactions.response(recording, slot);
        if (!Arrays.equals(response, Arrays.copyOfRange(bytes, (int) recording.responseOffset(slot),
                (int) recording.responseOffset(slot) + response.length))) {
            throw new AssertionError("slot " + slot + " gives other bytes than the file has");
        }
        Interactions.request(recording, slot);
        for (int chunk = 0; chunk < recording.chunkCount(slot); chunk++) {
            recording.chunkNanos(slot, chunk);
        }
        if (CANARY) {
            canary(recording.status(slot));
        }
    }

    /** A bug behind some statuses that the golden file has not; each step is new code, which coverage sees. */
    private static void canary(final int status) {
        if ((status & 0b00_0111) == 0b00_0011) {
            if ((status & 0b11_1000) == 0) {
                if (status >= 0x400) {
                    throw new AssertionError("the canary sings");
                }
            }
        }
    }

    private static void goOn(final RecordingOptions options) {
        try (RecordingWriter writer = RecordingWriter.open(FILE, options)) {
            writer.seal();
        } catch (final RecordingException e) {
            // Typed.
        }
    }

    private static void recover(final RecordingOptions options, final RecordingVerifier verifier) {
        try {
            new RecordingRecovery(options).recover(FILE);
        } catch (final RecordingException e) {
            return;
        }
        if (verifier.verify(FILE, damage -> { }).verdict() != Verdict.SOUND) {
            throw new AssertionError("what was recovered is not sound");
        }
    }
}
