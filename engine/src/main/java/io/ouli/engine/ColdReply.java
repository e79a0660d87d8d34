package io.ouli.engine;

import io.ouli.engine.transport.FileSource;
import java.lang.foreign.MemorySegment;

/**
 * A recorded reply that is not in memory. Whoever sends it reads it, range by range, without waiting for the disk, and
 * hands over what came, until it is {@linkplain #done done} or {@linkplain #damaged damaged}:
 *
 * <pre>{@code
 * while (!reply.done() && !reply.damaged()) {
 *     int length = read(reply.file(), reply.position(), reply.length(buffer.byteSize()), buffer);
 *     reply.take(buffer, length);
 *     send(buffer, reply.partOffset(), reply.partLength());     // nothing as long as it is only being checked
 * }
 * }</pre>
 *
 * <p>No part of it is given before all of it was found sound.
 */
public interface ColdReply {
    /** Returns the file to read from, for as long as the reply's {@link Replay} is retained. */
    FileSource file();

    /** Returns where the next read begins. */
    long position();

    /** Returns how many bytes the next read is for, at most {@code most}. */
    int length(int most);

    /**
     * Takes what was read.
     *
     * @param length how many bytes there are; fewer than asked for if the file has ended.
     */
    void take(MemorySegment bytes, int length);

    /** Returns where the part of the reply begins in the bytes that were taken last. */
    int partOffset();

    /** Returns how long that part is; 0 while the reply is being checked. */
    int partLength();

    /** Returns whether every part was given. */
    boolean done();

    /** Returns whether its bytes are not those that were recorded; it is never served then. */
    boolean damaged();

    /** Checks it where it is mapped, waiting for the disk: for when it cannot be read in the other way. */
    boolean checkMapped();

    /** Returns the mapped recording. */
    MemorySegment segment();

    /** Returns where the reply begins in {@link #segment}. */
    long replyOffset();

    /** Returns the reply's length in bytes. */
    int replyLength();
}
