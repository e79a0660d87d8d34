package io.ouli.proxy.worker;

import java.lang.foreign.MemorySegment;

/**
 * This side of one connection: receives what its transport reports, and its own time-out. All methods are called by the
 * worker's thread.
 */
public abstract class Peer extends Timed {
    /** A connection that was begun now stands. */
    protected void onConnected() {
        throw new AssertionError("an accepted connection is connected");
    }

    /** Bytes came in; they are valid until this returns. */
    protected abstract void onReceived(MemorySegment data, long offset, int length);

    /** The peer will send no more. */
    protected abstract void onReceiveEnd();

    /** Everything that was flushed has been taken. */
    protected abstract void onSent();

    /** The connection is gone, and its id with it; the kernel touches no memory given to it any more. */
    protected abstract void onClosed(int cause);
}
