package io.ouli.engine.recording.disk;

import java.lang.foreign.MemorySegment;

/** One buffer of a {@link DiskQueue}, with the write that it is in: it is in one at most. */
final class DiskBuffer {
    final int index;
    final MemorySegment memory;
    /** Where in the file its first byte belongs. */
    long position;
    int length;
    /** Whose bytes it has, or null while it is free. */
    FileTail tail;

    DiskBuffer(final int index, final MemorySegment memory) {
        this.index = index;
        this.memory = memory;
    }
}
