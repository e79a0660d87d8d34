package io.ouli.proxy.server;

import io.ouli.engine.Limits;
import io.ouli.engine.OuliException;
import io.ouli.engine.memory.GuardedCopy;
import io.ouli.proxy.worker.SendQueue;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * A recorded reply for a client of HTTP/1.0 that has asked to keep its connection: it has to be told that it may, by a
 * field behind the status line. All else is sent as it was recorded.
 */
final class KeptReply {
    /** The field with its line's end. */
    static final String TEXT = "Connection: keep-alive\r\n";
    static final byte[] FIELD = TEXT.getBytes(StandardCharsets.US_ASCII);
    private static final int PIECE_BYTES = 64;

    private KeptReply() {
    }

    /**
     * Adds the status line and the field to a queue.
     *
     * @return the source of what comes behind them.
     * @throws io.ouli.engine.memory.FileCutException if the file was cut; nothing was added then.
     */
    static SliceSource begin(final MemorySegment segment, final long offset, final long length, final SendQueue out) {
        final long fields = offset + statusLineLength(segment, offset, length);
        out.add(segment, offset, fields - offset);
        out.add(FIELD);
        return new SliceSource(segment, fields, offset + length - fields);
    }

    private static long statusLineLength(final MemorySegment segment, final long offset, final long length) {
        final byte[] piece = new byte[PIECE_BYTES];
        final long most = Math.min(length, Limits.MAX_HEAD_BYTES);
        for (long at = 0; at < most; at += PIECE_BYTES) {
            final int part = (int) Math.min(PIECE_BYTES, most - at);
            GuardedCopy.copy(segment, offset + at, piece, 0, part);
            for (int i = 0; i < part; i++) {
                if (piece[i] == '\n') {
                    return at + i + 1;
                }
            }
        }
        throw new OuliException("a recorded reply's head cannot be parsed; run: ouli verify");
    }
}
