package io.ouli.engine;

import io.ouli.engine.http.ResponseHead.Framing;
import io.ouli.engine.http.ResponseHead;
import io.ouli.engine.recording.FrameBuilder;
import io.ouli.engine.recording.FrameFlags;
import java.nio.charset.StandardCharsets;

/**
 * Writes a response in its stored form: the HTTP/1.1 bytes that replay sends in one piece.
 *
 * <p>A body that the upstream chunked keeps its chunks and trailers; one that ended with the connection becomes one
 * chunk. Each chunk's place and time go into the frame's chunk table.
 */
final class StoredResponse {
    private static final byte[] CRLF = ascii("\r\n");
    private static final byte[] CHUNKED_FIELD = ascii("Transfer-Encoding: chunked\r\n\r\n");
    private static final byte[] LAST_CHUNK = ascii("0\r\n");

    private StoredResponse() {
    }

    /**
     * Writes the response and returns its {@link FrameFlags}.
     *
     * @param head       with the fields to be stored; ends with an empty line.
     * @param toHead     whether it answers a HEAD.
     * @param body       holds the body, redacted.
     * @param chunks     how long the chunks of the body are, and when they came.
     * @param trailers   the trailer lines of a chunked body.
     */
    static int write(
            final FrameBuilder frame,
            final ResponseHead head,
            final boolean toHead,
            final byte[] body,
            final int bodyOffset,
            final int bodyLength,
            final ResponseBody chunks,
            final byte[] trailers,
            final int trailersLength) {
        final int headLength = head.end() - head.start();
        final Framing framing = head.framing(toHead);
        return switch (framing) {
            case NONE -> {
                frame.response(head.bytes(), head.start(), headLength);
                yield toHead || head.status() == 204 || head.status() == 304 ? FrameFlags.NO_BODY : 0;
            }
            case LENGTH -> {
                frame.response(head.bytes(), head.start(), headLength);
                frame.response(body, bodyOffset, bodyLength);
                yield 0;
            }
            case CHUNKED -> {
                frame.response(head.bytes(), head.start(), headLength);
                writeChunks(frame, body, bodyOffset, bodyLength, chunks);
                frame.response(LAST_CHUNK, 0, LAST_CHUNK.length);
                frame.response(trailers, 0, trailersLength);
                frame.response(CRLF, 0, CRLF.length);
                yield FrameFlags.CHUNKED;
            }
            case CLOSE -> {
                // As the proxy gave it to the client while it recorded, whose length it could not know then. One chunk:
                // where the pieces ended was the network's doing.
                frame.response(head.bytes(), head.start(), headLength - CRLF.length);
                frame.response(CHUNKED_FIELD, 0, CHUNKED_FIELD.length);
                if (bodyLength > 0) {
                    writeChunk(frame, body, bodyOffset, bodyLength, 0);
                }
                frame.response(LAST_CHUNK, 0, LAST_CHUNK.length);
                frame.response(CRLF, 0, CRLF.length);
                yield FrameFlags.CHUNKED | FrameFlags.CLOSE_DELIMITED;
            }
        };
    }

    private static void writeChunks(
            final FrameBuilder frame,
            final byte[] body,
            final int bodyOffset,
            final int bodyLength,
            final ResponseBody chunks) {
        int start = bodyOffset;
        for (int i = 0; i < chunks.chunkCount(); i++) {
            final int length = chunks.chunkLengths()[i];
            // A chunk that redaction emptied is left out: on the wire it would end the body.
            if (length > 0) {
                writeChunk(frame, body, start, length, chunks.chunkTimeNanos(i));
            }
            start += length;
        }
        assert start == bodyOffset + bodyLength : "the chunks make up the body";
    }

    private static void writeChunk(
            final FrameBuilder frame, final byte[] body, final int offset, final int length, final long timeNanos) {
        final byte[] size = ascii(Integer.toHexString(length) + "\r\n");
        frame.response(size, 0, size.length);
        final long at = frame.responseLength();
        frame.response(body, offset, length);
        frame.chunk(at, length, timeNanos);
        frame.response(CRLF, 0, CRLF.length);
    }

    private static byte[] ascii(final String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
