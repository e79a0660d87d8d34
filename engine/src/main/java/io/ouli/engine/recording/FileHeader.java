package io.ouli.engine.recording;

import io.ouli.engine.recording.RecordingException.Reason;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The first 128 bytes of a recording.
 *
 * <pre>
 *   0  8  magic "OULIRECR"
 *   8  2  version: 1
 *  10  2  length of this header: 128
 *  12  4  flags: 1 sealed
 *  16  8  created, nanoseconds since 1970-01-01 UTC
 *  24  8  sealed, the same; 0 while not sealed
 *  32 16  recording id
 *  48 32  hash of the redaction policy, or 0
 *  80  4  interactions                       \
 *  84  4  distinct keys                       |
 *  88  8  offset of the index's frame         |  all 0 while not sealed
 *  96  8  length of the sealed file           |
 * 104  4  capacity of the index               |
 * 108  4  highest sequence                    |
 * 112  4  header CRC32C of the index's frame /
 * 116  8  0
 * 124  4  CRC32C of the 124 bytes before
 * </pre>
 *
 * <p>It lies inside the disk's first sector, which a disk writes whole or not at all.
 */
final class FileHeader {
    static final int BYTES = 128;
    /** "OULIRECR", read as a little-endian number. */
    static final long MAGIC = 0x5243_4552_494C_554FL;
    static final int VERSION = 1;
    static final int FLAG_SEALED = 1;
    static final int ID_BYTES = 16;
    static final int POLICY_BYTES = 32;

    private static final int VERSION_AT = 8;
    private static final int LENGTH_AT = 10;
    private static final int FLAGS_AT = 12;
    private static final int CREATED_AT = 16;
    private static final int SEALED_AT = 24;
    private static final int ID_AT = 32;
    private static final int POLICY_AT = 48;
    private static final int COUNT_AT = 80;
    private static final int KEYS_AT = 84;
    private static final int INDEX_OFFSET_AT = 88;
    private static final int SEALED_LENGTH_AT = 96;
    private static final int CAPACITY_AT = 104;
    private static final int LAST_SEQUENCE_AT = 108;
    private static final int INDEX_CRC_AT = 112;
    private static final int CRC_AT = 124;

    long createdNanos;
    long sealedNanos;
    byte[] id = new byte[ID_BYTES];
    byte[] policyHash = new byte[POLICY_BYTES];
    boolean sealed;
    int count;
    int keys;
    long indexOffset;
    long sealedLength;
    int capacity;
    int lastSequence;
    int indexCrc;

    /** {@return the header of a recording that begins now} The id follows from its time and policy, not from chance. */
    static FileHeader begin(final long createdNanos, final byte[] policyHash) {
        final FileHeader header = new FileHeader();
        header.createdNanos = createdNanos;
        header.policyHash = policyHash.clone();
        try {
            final MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update("ouli/recording/1".getBytes(StandardCharsets.US_ASCII));
            for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
                digest.update((byte) (createdNanos >>> shift));
            }
            System.arraycopy(digest.digest(policyHash), 0, header.id, 0, ID_BYTES);
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
        return header;
    }

    /** {@return the same recording's header before its seal} */
    FileHeader unsealed() {
        final FileHeader header = new FileHeader();
        header.createdNanos = createdNanos;
        header.id = id;
        header.policyHash = policyHash;
        return header;
    }

    /** {@return what every frame of this recording carries} */
    int tag() {
        return MemorySegment.ofArray(id).get(Le.INT, 0);
    }

    void encode(final MemorySegment memory) {
        memory.asSlice(0, BYTES).fill((byte) 0);
        memory.set(Le.LONG, 0, MAGIC);
        memory.set(Le.SHORT, VERSION_AT, (short) VERSION);
        memory.set(Le.SHORT, LENGTH_AT, (short) BYTES);
        memory.set(Le.INT, FLAGS_AT, sealed ? FLAG_SEALED : 0);
        memory.set(Le.LONG, CREATED_AT, createdNanos);
        MemorySegment.copy(id, 0, memory, Le.BYTE, ID_AT, ID_BYTES);
        MemorySegment.copy(policyHash, 0, memory, Le.BYTE, POLICY_AT, POLICY_BYTES);
        if (sealed) {
            memory.set(Le.LONG, SEALED_AT, sealedNanos);
            memory.set(Le.INT, COUNT_AT, count);
            memory.set(Le.INT, KEYS_AT, keys);
            memory.set(Le.LONG, INDEX_OFFSET_AT, indexOffset);
            memory.set(Le.LONG, SEALED_LENGTH_AT, sealedLength);
            memory.set(Le.INT, CAPACITY_AT, capacity);
            memory.set(Le.INT, LAST_SEQUENCE_AT, lastSequence);
            memory.set(Le.INT, INDEX_CRC_AT, indexCrc);
        }
        memory.set(Le.INT, CRC_AT, checksum(memory));
    }

    /**
     * Reads a header.
     *
     * @param memory of this process, not mapped.
     * @param length how much of the header there is.
     */
    static FileHeader decode(final MemorySegment memory, final long length, final Path file) {
        if (length < Long.BYTES || memory.get(Le.LONG, 0) != MAGIC) {
            throw new RecordingException(Reason.NOT_A_RECORDING, file, 0, "this is not a recording of Ouli",
                    "name another file, or run ouli recover if it was one");
        }
        if (length < BYTES) {
            throw new RecordingException(Reason.TRUNCATED, file, length, "the file ends inside its header",
                    "nothing can be recovered; record again");
        }
        if (memory.get(Le.INT, CRC_AT) != checksum(memory)) {
            throw new RecordingException(Reason.DAMAGED, file, 0, "the file's header fails its checksum",
                    "run ouli recover");
        }
        final int version = memory.get(Le.SHORT, VERSION_AT) & 0xFFFF;
        if (version != VERSION || memory.get(Le.SHORT, LENGTH_AT) != BYTES) {
            throw new RecordingException(Reason.UNSUPPORTED_VERSION, file, VERSION_AT,
                    "the recording has format " + version + ", this version of Ouli reads " + VERSION,
                    "use the version of Ouli that wrote it");
        }
        final FileHeader header = new FileHeader();
        header.sealed = (memory.get(Le.INT, FLAGS_AT) & FLAG_SEALED) != 0;
        header.createdNanos = memory.get(Le.LONG, CREATED_AT);
        header.sealedNanos = memory.get(Le.LONG, SEALED_AT);
        // From segment to segment: for the first copy into an array the JDK spins a class.
        MemorySegment.copy(memory, ID_AT, MemorySegment.ofArray(header.id), 0, ID_BYTES);
        MemorySegment.copy(memory, POLICY_AT, MemorySegment.ofArray(header.policyHash), 0, POLICY_BYTES);
        header.count = memory.get(Le.INT, COUNT_AT);
        header.keys = memory.get(Le.INT, KEYS_AT);
        header.indexOffset = memory.get(Le.LONG, INDEX_OFFSET_AT);
        header.sealedLength = memory.get(Le.LONG, SEALED_LENGTH_AT);
        header.capacity = memory.get(Le.INT, CAPACITY_AT);
        header.lastSequence = memory.get(Le.INT, LAST_SEQUENCE_AT);
        header.indexCrc = memory.get(Le.INT, INDEX_CRC_AT);
        return header;
    }

    /** {@return whether the fields of a sealed header can be true of any file: who forged one may claim anything} */
    boolean sealIsPlausible() {
        return IndexLayout.isCapacity(capacity)
                && count >= 0 && count <= capacity / 2 && keys >= 0 && keys <= count
                && indexOffset >= BYTES && indexOffset % FrameHeader.ALIGNMENT == 0
                && indexOffset <= Long.MAX_VALUE / 2
                && sealedLength == indexOffset + IndexLayout.frameLength(indexOffset, capacity);
    }

    private static int checksum(final MemorySegment memory) {
        return Checksums.local().of(memory, 0, CRC_AT);
    }
}
