package io.ouli.engine;

import io.ouli.engine.transport.FileSource;
import java.lang.foreign.MemorySegment;

/**
 * A recorded reply that is not in memory. The sender reads it range by range, without waiting for the disk, and hands
 * over what was read until the reply is {@linkplain #done done} or {@linkplain #damaged damaged}:
 *
 * <pre>{@code
 * while (!reply.done() && !reply.damaged()) {
 *     int length = read(reply.file(), reply.position(), reply.length(buffer.byteSize()), buffer);
 *     reply.take(buffer, length);
 *     send(buffer, reply.partOffset(), reply.partLength());     // length 0 while the reply is still being verified
 * }
 * }</pre>
 *
 * <p>No part of it is released before all of it has been verified.
 */
public interface ColdReply {
    /** {@return the file to read from, for as long as the reply's {@link Replay} is retained} */
    FileSource file();

    /** {@return where the next read begins} */
    long position();

    /** {@return how many bytes to read next, at most {@code most}} */
    int length(int most);

    /**
     * Takes what was read.
     *
     * @param length number of bytes read; fewer than requested if the file has ended.
     */
    void take(MemorySegment bytes, int length);

    /** {@return the offset of the part to send in the bytes that were taken last} */
    int partOffset();

    /** {@return the length of the part to send; 0 while the reply is being verified} */
    int partLength();

    /** {@return whether every part has been released} */
    boolean done();

    /** {@return whether the bytes differ from those that were recorded; the reply is never served then} */
    boolean damaged();

    /** Verifies the reply in the mapping, waiting for the disk: the fallback if it cannot be read otherwise. */
    boolean checkMapped();

    /** {@return the mapped recording} */
    MemorySegment segment();

    /** {@return where the reply begins in {@link #segment}} */
    long replyOffset();

    /** {@return the reply's length in bytes} */
    int replyLength();
}
