package io.ouli.engine.recording;

import io.ouli.engine.fingerprint.ChainHash;
import java.lang.foreign.MemorySegment;

/**
 * Ties each interaction of a file to the one before it, in the order in which their frames lie, so that one taken out,
 * put in or moved shows.
 */
final class Chain {
    private final ChainHash hash = new ChainHash();
    private final byte[] array = hash.array();

    /** Puts the next hash into a frame's header that lies at {@code at}. */
    void stamp(final MemorySegment header, final long at) {
        advance(header, at);
        for (int i = 0; i < ChainHash.BYTES; i += Long.BYTES) {
            header.set(Le.LONG, at + FrameHeader.CHAIN + i, (long) Le.ARRAY_LONG.get(array, hash.offset() + i));
        }
    }

    /**
     * Goes on behind a frame whose header lies at {@code at}.
     *
     * @return whether it follows on the one before.
     */
    boolean follow(final MemorySegment header, final long at) {
        advance(header, at);
        boolean follows = true;
        for (int i = 0; i < ChainHash.BYTES; i += Long.BYTES) {
            final long stands = header.get(Le.LONG, at + FrameHeader.CHAIN + i);
            follows &= stands == (long) Le.ARRAY_LONG.get(array, hash.offset() + i);
            Le.ARRAY_LONG.set(array, hash.offset() + i, stands);
        }
        return follows;
    }

    /** Eight bytes at a time: a call that copies takes longer. */
    private void advance(final MemorySegment header, final long at) {
        for (int i = 0; i < FrameHeader.KEY_BYTES; i += Long.BYTES) {
            Le.ARRAY_LONG.set(array, hash.keyOffset() + i, header.get(Le.LONG, at + FrameHeader.KEY + i));
        }
        hash.next();
    }
}
