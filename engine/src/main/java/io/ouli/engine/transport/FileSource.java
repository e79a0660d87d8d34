package io.ouli.engine.transport;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** An open file that {@link FileReads} read; it stays open while a read of it is under way. */
public interface FileSource {
    /**
     * {@return the file's descriptor, opened when it is first asked for; for transports that give it to the kernel}
     *
     * @throws IOException if the operating system refuses, or the disk fails.
     */
    int descriptor() throws IOException;

    /**
     * Reads until {@code length} bytes are there or the file ends; for transports that have a thread for it.
     *
     * @param target a native segment, filled from its first byte on.
     * @return how many bytes were read.
     * @throws IOException if the operating system refuses, or the disk fails.
     */
    long read(long position, MemorySegment target, long length) throws IOException;
}
