package io.ouli.engine;

import io.ouli.engine.http.RequestHead;
import java.lang.foreign.MemorySegment;

/**
 * Answers requests from recordings: redacts, fingerprints and looks up, without allocation, lock or copy of the reply.
 *
 * <p>One for each thread. The reply of a {@link ReplayOutcome#HIT} stands in the accessors until the next call; its
 * bytes stay valid while the session is {@linkplain Session#retain retained}.
 */
public final class Replayer {
    Replayer() {
    }

    /**
     * Looks up one request.
     *
     * @param head       the parsed head.
     * @param body       holds the body after transfer decoding.
     * @param bodyOffset of its first byte.
     * @param bodyLength in bytes, 0 without a body.
     */
    public ReplayOutcome replay(
            final Session session,
            final RequestHead head,
            final byte[] body,
            final int bodyOffset,
            final int bodyLength) {
        throw new IllegalStateException("not assembled yet");
    }

    /** Returns the memory that holds the reply. */
    public MemorySegment segment() {
        throw new IllegalStateException("not assembled yet");
    }

    /** Returns where the reply begins in {@link #segment}: an HTTP/1.1 message, ready to be sent. */
    public long responseOffset() {
        throw new IllegalStateException("not assembled yet");
    }

    /** Returns the reply's length in bytes, head and body. */
    public long responseLength() {
        throw new IllegalStateException("not assembled yet");
    }

    /** Returns the reply's status code. */
    public int status() {
        throw new IllegalStateException("not assembled yet");
    }

    /** Returns whether the reply's body is in chunks, which an HTTP/1.0 client cannot read. */
    public boolean chunked() {
        throw new IllegalStateException("not assembled yet");
    }

    /**
     * Explains the miss of the last {@link #replay} as JSON: the reason, the closest recorded request and the fields in
     * which it differs. Allocates; for the slow path.
     */
    public byte[] explain() {
        throw new IllegalStateException("not assembled yet");
    }
}
