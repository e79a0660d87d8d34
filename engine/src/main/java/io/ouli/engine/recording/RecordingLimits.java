package io.ouli.engine.recording;

import io.ouli.engine.Limits;

/**
 * The limits of one recording; {@link #DEFAULT} takes them from {@link Limits}.
 *
 * @param maxRequestBytes  of a stored request, head and body.
 * @param maxResponseBytes of a stored response, head and body.
 * @param maxInteractions  of one file.
 * @param maxFileBytes     of one file, its index included.
 */
public record RecordingLimits(long maxRequestBytes, long maxResponseBytes, int maxInteractions, long maxFileBytes) {
    /**
     * How much longer a head may be stored than it came: a space after each colon, a Content-Length, and the field of
     * test-server's hashes.
     */
    static final int MAX_HEAD_GROWTH_BYTES = 4 << 10;

    /** What {@link Limits} says. */
    public static final RecordingLimits DEFAULT = new RecordingLimits(
            (long) Limits.MAX_REQUEST_BYTES + Limits.MAX_HEAD_BYTES + MAX_HEAD_GROWTH_BYTES,
            Limits.MAX_RESPONSE_BYTES,
            Limits.MAX_INTERACTIONS,
            Limits.MAX_FILE_BYTES);

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if the format cannot hold one.
     */
    public RecordingLimits {
        if (maxRequestBytes < 0
                || maxResponseBytes < 0
                || maxRequestBytes + maxResponseBytes > FrameHeader.MAX_MESSAGE_BYTES) {
            throw new IllegalArgumentException("a request and a response must fit 512 MiB together");
        }
        if (maxInteractions < 1 || maxInteractions > 1 << 24) {
            throw new IllegalArgumentException("maxInteractions must be 1 to 16777216: " + maxInteractions);
        }
    }
}
