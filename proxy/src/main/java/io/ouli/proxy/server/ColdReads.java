package io.ouli.proxy.server;

import io.ouli.engine.transport.FileReads;
import io.ouli.engine.transport.ReadBuffer;
import java.util.ArrayDeque;

/** Lends one worker's read buffers to replies that are not in memory, in the order in which they asked. */
final class ColdReads {
    private final FileReads reads;
    private final ArrayDeque<ColdSource> waiting = new ArrayDeque<>();

    ColdReads(final FileReads reads) {
        this.reads = reads;
    }

    FileReads reads() {
        return reads;
    }

    /** Gives a reply a buffer, now or when one is free. */
    void request(final ColdSource source) {
        final ReadBuffer buffer = reads.take();
        if (buffer == null) {
            waiting.add(source);
        } else {
            source.begin(buffer);
        }
    }

    /** Takes a buffer back, for whoever waits longest. */
    void release(final ReadBuffer buffer) {
        final ColdSource next = waiting.poll();
        if (next == null) {
            reads.release(buffer);
        } else {
            next.begin(buffer);
        }
    }

    /**
     * Forgets a reply that nobody wants any more.
     *
     * @return whether it was waiting.
     */
    boolean forget(final ColdSource source) {
        return waiting.remove(source);
    }
}
