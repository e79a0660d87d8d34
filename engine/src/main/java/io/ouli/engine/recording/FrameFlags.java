package io.ouli.engine.recording;

/** The flags of an interaction, in its frame and in the index. */
public final class FrameFlags {
    /** The response's body is in chunks. */
    public static final int CHUNKED = 1;
    /** The response has no body, whatever its head says: a reply to HEAD, 204, 304. */
    public static final int NO_BODY = 1 << 1;
    /** The upstream ended the body by closing the connection; it is stored as one chunk. */
    public static final int CLOSE_DELIMITED = 1 << 2;
    /** The body is a stream of events, whose times matter. */
    public static final int STREAM = 1 << 3;
    /** In the index only: no later interaction has this key. */
    public static final int LAST = 1 << 15;

    /** What a frame may carry. */
    static final int FRAME_MASK = 0x3FFF;
    /** In memory only: found by a scan, its bytes fail their checksum. */
    static final int DAMAGED = 1 << 14;

    private FrameFlags() {
    }
}
