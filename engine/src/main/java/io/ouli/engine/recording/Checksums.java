package io.ouli.engine.recording;

import java.lang.foreign.MemorySegment;
import java.util.zip.CRC32C;

/**
 * CRC32C of memory that may be mapped, for one thread, without allocation.
 *
 * <p><b>Design note:</b> the JDK computes a CRC in hand-written machine code, in which a fault kills the process. When
 * somebody cuts a file, its mapping faults. Copying out of a mapping is guarded: there the fault becomes an
 * InternalError. So the bytes are copied first, through a small array that stays in the first-level cache.
 */
final class Checksums {
    private static final int STEP_BYTES = 8 << 10;

    private static final ThreadLocal<Checksums> LOCAL = ThreadLocal.withInitial(Checksums::new);

    private final byte[] copy = new byte[STEP_BYTES];
    private final CRC32C crc = new CRC32C();

    /** Returns this thread's, for what is checked now and then. */
    static Checksums local() {
        return LOCAL.get();
    }

    /**
     * Computes a checksum.
     *
     * @throws InternalError if the memory is mapped, and its file was cut.
     */
    int of(final MemorySegment memory, final long from, final long length) {
        begin();
        add(memory, from, length);
        return end();
    }

    /** Begins a checksum of several parts. */
    void begin() {
        crc.reset();
    }

    /** Adds a part. */
    void add(final MemorySegment memory, final long from, final long length) {
        for (long done = 0; done < length; done += STEP_BYTES) {
            final int step = (int) Math.min(STEP_BYTES, length - done);
            MemorySegment.copy(memory, Le.BYTE, from + done, copy, 0, step);
            crc.update(copy, 0, step);
        }
    }

    /** Returns the checksum of the parts. */
    int end() {
        return (int) crc.getValue();
    }

    /** Computes the checksum of a frame's header: its own field counts as 0. */
    int ofHeader(final MemorySegment memory, final long at) {
        MemorySegment.copy(memory, Le.BYTE, at, copy, 0, FrameHeader.BYTES);
        for (int i = FrameHeader.HEADER_CRC; i < FrameHeader.HEADER_CRC + Integer.BYTES; i++) {
            copy[i] = 0;
        }
        crc.reset();
        crc.update(copy, 0, FrameHeader.BYTES);
        return (int) crc.getValue();
    }
}
