package io.ouli.engine;

import io.ouli.engine.http.ChunkedDecoder;
import io.ouli.engine.http.ResponseHead;
import io.ouli.engine.http.ResponseParser;
import io.ouli.engine.recording.FrameFlags;
import io.ouli.engine.recording.Recording;
import java.lang.foreign.MemorySegment;

/** Takes stored responses apart, into what they were made of when they were recorded; used again for each. */
final class StoredResponseReader {
    private final ResponseParser parser = new ResponseParser();
    private final ResponseHead head = new ResponseHead(Limits.MAX_HEADERS);
    private final ChunkedDecoder decoder = new ChunkedDecoder(Limits.MAX_RESPONSE_BYTES);
    private final ResponseBody body = new ResponseBody();
    private int flags;

    /**
     * Reads one.
     *
     * @throws OuliException if it is no response as a recording holds it.
     */
    void read(final Recording recording, final long slot, final byte[] bytes) {
        flags = recording.flags(slot) & ~FrameFlags.LAST;
        body.clear();
        decoder.reset();
        parser.reset();
        final int headLength = parser.parse(bytes, 0, bytes.length, head);
        if (headLength <= 0) {
            throw new OuliException("its response has no head that can be read; record it again");
        }
        if (head.chunked() && (flags & FrameFlags.NO_BODY) == 0) {
            readChunks(recording, slot, bytes, headLength);
        } else {
            body.append(MemorySegment.ofArray(bytes), headLength, bytes.length - headLength,
                    Limits.MAX_RESPONSE_BYTES);
        }
    }

    private void readChunks(final Recording recording, final long slot, final byte[] bytes, final int from) {
        int at = from;
        int chunk = 0;
        while (true) {
            final ChunkedDecoder.Event event = decoder.next(bytes, at, bytes.length);
            at = decoder.position();
            switch (event) {
                case CHUNK -> { }
                case DATA -> {
                    body.append(MemorySegment.ofArray(bytes), decoder.dataStart(), decoder.dataLength(),
                            Limits.MAX_RESPONSE_BYTES);
                    if (decoder.endsChunk()) {
                        // Chunks beyond those of the table share the time of its last.
                        final int timed = Math.min(chunk++, recording.chunkCount(slot) - 1);
                        body.endChunk(timed < 0 ? 0 : recording.chunkNanos(slot, timed));
                    }
                }
                case END -> {
                    return;
                }
                default -> throw new OuliException("its response has chunks that cannot be read; record it again");
            }
        }
    }

    ResponseHead head() {
        return head;
    }

    ResponseBody body() {
        return body;
    }

    byte[] trailers() {
        return decoder.trailers();
    }

    int trailersLength() {
        return decoder.trailersLength();
    }

    /** {@return whether it has no body, whatever its head says} */
    boolean answersHead() {
        return (flags & FrameFlags.NO_BODY) != 0;
    }

    /** {@return the frame's flags} */
    int flags() {
        return flags;
    }

    /** {@return those of the frame's flags that hold whatever the response is changed to} */
    int lastingFlags() {
        return flags & (FrameFlags.CLOSE_DELIMITED | FrameFlags.STREAM | FrameFlags.NO_BODY);
    }
}
