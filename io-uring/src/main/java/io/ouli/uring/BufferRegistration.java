package io.ouli.uring;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

/**
 * The structure that registers or unregisters a buffer ring, {@code struct io_uring_buf_reg}, 40 bytes.
 *
 * <pre>
 *   offset  0  address of the ring 8 | entries 4 | group 2 | flags 2 | reserved 24
 * </pre>
 */
final class BufferRegistration {
    static final long LENGTH = 40;
    static final long ADDRESS = 0;
    static final long ENTRIES = 8;
    static final long GROUP = 12;

    private BufferRegistration() {
    }

    /** {@return the structure; address and entries are 0 to unregister} */
    static MemorySegment of(final long address, final int entries, final int group) {
        final MemorySegment registration = Arena.ofAuto().allocate(LENGTH, Long.BYTES);
        registration.set(JAVA_LONG, ADDRESS, address);
        registration.set(JAVA_INT, ENTRIES, entries);
        registration.set(JAVA_SHORT, GROUP, (short) group);
        return registration;
    }
}
