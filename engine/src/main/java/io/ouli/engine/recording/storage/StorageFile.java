package io.ouli.engine.recording.storage;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** One open file. Reading is safe for several threads; everything else is for one. */
public interface StorageFile extends AutoCloseable {
    /**
     * {@return the file's length in bytes, as it is now}
     *
     * @throws IOException if the operating system refuses, or the disk fails.
     */
    long size() throws IOException;

    /**
     * Reads until {@code length} bytes are there or the file ends.
     *
     * @param target a native segment.
     * @return how many bytes were read, fewer than {@code length} only at the file's end.
     * @throws IOException if the operating system refuses, or the disk fails.
     */
    long read(long position, MemorySegment target, long targetOffset, long length) throws IOException;

    /**
     * Writes all bytes, or throws with some of them written. They are durable after {@link #sync}.
     *
     * @throws IOException if the operating system refuses, or the disk fails.
     */
    void write(long position, MemorySegment source, long sourceOffset, long length) throws IOException;

    /**
     * Cuts the file to a length that is not beyond its present one.
     *
     * @throws IOException if the operating system refuses, or the disk fails.
     */
    void truncate(long size) throws IOException;

    /**
     * Makes what was written durable.
     *
     * @param metadata whether times and permissions are meant too; a changed length always is.
     * @throws IOException if the operating system refuses, or the disk fails.
     */
    void sync(boolean metadata) throws IOException;

    /**
     * Maps the file's first bytes for reading; they stay mapped when the file is closed, until the arena is.
     *
     * @throws IOException if the operating system refuses, or the disk fails.
     */
    MemorySegment map(Arena arena, long length) throws IOException;

    /**
     * {@return whether {@code path} still names this very file: nobody removed or replaced it}
     *
     * @throws IOException if the operating system refuses, or the disk fails.
     */
    boolean isNamed(Path path) throws IOException;

    @Override
    void close() throws IOException;
}
