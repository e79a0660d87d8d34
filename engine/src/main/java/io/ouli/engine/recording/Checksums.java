package io.ouli.engine.recording;

import java.lang.foreign.MemorySegment;
import java.util.zip.CRC32C;

/**
 * CRC32C of mapped memory.
 *
 * <p><b>Design note:</b> the JDK computes a CRC in hand-written machine code, in which a fault kills the process. When
 * somebody cuts the file, its mapping faults. Copying out of a mapping is guarded: there the fault becomes an
 * InternalError. So the bytes are copied first, through a small array that stays in the first-level cache.
 */
final class Checksums {
    private static final int STEP_BYTES = 8 << 10;

    private static final ThreadLocal<Checksums> LOCAL = ThreadLocal.withInitial(Checksums::new);

    private final byte[] copy = new byte[STEP_BYTES];
    private final CRC32C crc = new CRC32C();

    private Checksums() {
    }

    /**
     * Computes a checksum.
     *
     * @throws InternalError if the file was cut under the mapping.
     */
    static int ofMapped(final MemorySegment memory, final long from, final long length) {
        final Checksums local = LOCAL.get();
        local.crc.reset();
        for (long done = 0; done < length; done += STEP_BYTES) {
            final int step = (int) Math.min(STEP_BYTES, length - done);
            MemorySegment.copy(memory, Le.BYTE, from + done, local.copy, 0, step);
            local.crc.update(local.copy, 0, step);
        }
        return (int) local.crc.getValue();
    }
}
