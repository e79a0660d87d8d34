package io.ouli.engine.recording;

import io.ouli.engine.memory.FileCutException;
import io.ouli.engine.memory.GuardedCopy;
import java.lang.foreign.MemorySegment;
import java.util.zip.CRC32C;

/**
 * CRC32C of memory that may be mapped, for one thread, without allocation.
 *
 * <p>The JDK computes a CRC in hand-written machine code, in which the fault of a mapping whose file was cut kills the
 * process. So the bytes are {@linkplain GuardedCopy copied} first, through a small array that stays in the first-level
 * cache.
 */
final class Checksums {
    private static final int STEP_BYTES = 8 << 10;

    private static final ThreadLocal<Checksums> LOCAL = ThreadLocal.withInitial(Checksums::new);

    /** As long as a header, until more is asked for: each writer has one, and none of them asks. */
    private byte[] copy = new byte[FrameHeader.BYTES];
    private final CRC32C crc = new CRC32C();

    /** {@return this thread's, for what is checked now and then} */
    static Checksums local() {
        return LOCAL.get();
    }

    /**
     * Computes a checksum.
     *
     * @throws FileCutException if the memory is mapped, and its file was cut.
     */
    int of(final MemorySegment memory, final long from, final long length) {
        begin();
        add(memory, from, length);
        return end();
    }

    /**
     * Copies a block of at most 8 KiB, for {@link #block}, and computes its checksum.
     *
     * @throws FileCutException if the memory is mapped, and its file was cut.
     */
    int ofBlock(final MemorySegment memory, final long from, final int length) {
        ensureStep();
        GuardedCopy.copy(memory, from, copy, 0, length);
        return of(copy, 0, length);
    }

    /** {@return what {@link #ofBlock} has copied, good until anything else is asked for} */
    byte[] block() {
        return copy;
    }

    /** Computes the checksum of part of an array. */
    int of(final byte[] bytes, final int from, final int length) {
        crc.reset();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }

    /** Begins a checksum of several parts. */
    void begin() {
        crc.reset();
    }

    /** Adds a part. */
    void add(final MemorySegment memory, final long from, final long length) {
        if (length > copy.length) {
            ensureStep();
        }
        for (long done = 0; done < length; done += STEP_BYTES) {
            final int step = (int) Math.min(STEP_BYTES, length - done);
            GuardedCopy.copy(memory, from + done, copy, 0, step);
            crc.update(copy, 0, step);
        }
    }

    private void ensureStep() {
        if (copy.length < STEP_BYTES) {
            copy = new byte[STEP_BYTES];
        }
    }

    /** {@return the checksum of the parts} */
    int end() {
        return (int) crc.getValue();
    }

    /** Computes the checksum of a frame's header that is not mapped and whose own field is 0. */
    int ofNewHeader(final MemorySegment memory, final long at) {
        MemorySegment.copy(memory, Le.BYTE, at, copy, 0, FrameHeader.BYTES);
        return of(copy, 0, FrameHeader.BYTES);
    }

    /** Computes the checksum of a frame's header: its own field counts as 0. */
    int ofHeader(final MemorySegment memory, final long at) {
        GuardedCopy.copy(memory, at, copy, 0, FrameHeader.BYTES);
        for (int i = FrameHeader.HEADER_CRC; i < FrameHeader.HEADER_CRC + Integer.BYTES; i++) {
            copy[i] = 0;
        }
        crc.reset();
        crc.update(copy, 0, FrameHeader.BYTES);
        return (int) crc.getValue();
    }
}
