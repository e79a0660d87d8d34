package io.ouli.engine.recording;

import io.ouli.engine.fingerprint.ChainHash;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Ties each interaction of a file to the one before it, in the order in which their frames lie, so that one taken out,
 * put in or moved shows.
 */
final class Chain {
    private final ChainHash hash = new ChainHash();
    private final byte[] last = ChainHash.head();
    private final byte[] key = new byte[FrameHeader.KEY_BYTES];
    private final byte[] found = new byte[FrameHeader.KEY_BYTES];

    /** Puts the next hash into a frame's header that lies at {@code at}. */
    void stamp(final MemorySegment header, final long at) {
        advance(header, at);
        MemorySegment.copy(last, 0, header, Le.BYTE, at + FrameHeader.CHAIN, last.length);
    }

    /**
     * Goes on behind a frame whose header lies at {@code at}.
     *
     * @return whether it follows on the one before.
     */
    boolean follow(final MemorySegment header, final long at) {
        advance(header, at);
        MemorySegment.copy(header, Le.BYTE, at + FrameHeader.CHAIN, found, 0, found.length);
        final boolean follows = Arrays.equals(last, found);
        System.arraycopy(found, 0, last, 0, last.length);
        return follows;
    }

    private void advance(final MemorySegment header, final long at) {
        MemorySegment.copy(header, Le.BYTE, at + FrameHeader.KEY, key, 0, key.length);
        hash.next(last, 0, key, 0, last, 0);
    }
}
