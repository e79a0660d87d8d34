package io.ouli.proxy.upstream;

import io.ouli.engine.Limits;
import io.ouli.engine.http.ChunkedDecoder;
import io.ouli.engine.http.ResponseHead;
import io.ouli.engine.http.ResponseHead.Framing;
import io.ouli.engine.http.ResponseParser;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** Cuts one response after another out of the bytes of a connection, and tells the call's listener part by part. */
final class ResponseReader {
    /** What {@link #read} and {@link #endOfInput} came to. */
    enum Outcome {
        /** The response is not whole. */
        MORE,
        /** The response is whole: its end is still to be told. */
        WHOLE,
        /** It is no response; {@link #reason} says why. */
        MALFORMED,
        /** The input ended before the response was whole. */
        CUT_OFF,
        /** The call was given up meanwhile. */
        STOPPED
    }

    private static final int STATUS_SWITCHING_PROTOCOLS = 101;
    private static final int FIRST_BYTES = 8 << 10;
    /** How much an unused connection keeps for the next response. */
    private static final int MOST_KEPT_BYTES = 64 << 10;

    private final ResponseParser parser = new ResponseParser();
    private final ResponseHead head = new ResponseHead(Limits.MAX_HEADERS);
    private ChunkedDecoder decoder;
    private UpstreamListener listener;
    private boolean toHead;
    private boolean begun;
    private int interims;
    private boolean inBody;
    /** The front of a head that has not come whole, and what came with it; then each piece of a chunked body. */
    private byte[] bytes;
    private MemorySegment segment;
    private int limit;
    private Framing framing;
    private long remaining;
    private int surplus;
    private String reason;

    /** Makes ready for the response to a request. */
    void begin(final UpstreamListener itsListener, final boolean isToHead) {
        listener = itsListener;
        toHead = isToHead;
        begun = false;
        interims = 0;
        inBody = false;
        framing = null;
        limit = 0;
        surplus = 0;
        parser.reset();
    }

    /** Tells the listener nothing more. */
    void stop() {
        listener = null;
    }

    /** {@return whether a byte of the response has come} */
    boolean begun() {
        return begun;
    }

    /** {@return why the response is malformed} */
    String reason() {
        return reason;
    }

    /** {@return the trailer section of a chunked body, null for other bodies} */
    byte[] trailers() {
        return framing == Framing.CHUNKED ? decoder.trailers() : null;
    }

    int trailersLength() {
        return framing == Framing.CHUNKED ? decoder.trailersLength() : 0;
    }

    /** {@return whether the connection is usable after the whole response: nothing came behind it, both keep it} */
    boolean leavesConnectionOpen() {
        return surplus == 0 && framing != Framing.CLOSE && head.keepAlive();
    }

    /** Gives up memory that has grown; the connection will not be used for now. */
    void shrink() {
        if (bytes != null && bytes.length > MOST_KEPT_BYTES) {
            bytes = null;
            segment = null;
        }
    }

    /** Takes bytes that have come. */
    Outcome read(final MemorySegment data, final long offset, final int length) {
        if (inBody) {
            return body(data, offset, length);
        }
        begun = true;
        ensure(length);
        MemorySegment.copy(data, ValueLayout.JAVA_BYTE, offset, bytes, limit, length);
        limit += length;
        return heads();
    }

    /**
     * The peer will send no more.
     *
     * @param authentic whether the peer itself said so; false when it may have been cut off.
     */
    Outcome endOfInput(final boolean authentic) {
        return inBody && framing == Framing.CLOSE && authentic ? Outcome.WHOLE : Outcome.CUT_OFF;
    }

    private void ensure(final int more) {
        if (bytes == null || bytes.length - limit < more) {
            final int size = Math.max(limit + more, FIRST_BYTES);
            bytes = bytes == null ? new byte[size] : Arrays.copyOf(bytes, Math.max(size, bytes.length * 2));
            segment = MemorySegment.ofArray(bytes);
        }
    }

    /** Parses heads until the final one is whole. */
    private Outcome heads() {
        int from = 0;
        while (listener != null) {
            final int length = parser.parse(bytes, from, limit, head);
            if (length < 0) {
                return malformed(parser.fault().reason());
            }
            if (length == 0) {
                if (from > 0) {
                    System.arraycopy(bytes, from, bytes, 0, limit - from);
                    limit -= from;
                    parser.reset();
                }
                return Outcome.MORE;
            }
            from += length;
            if (head.status() == STATUS_SWITCHING_PROTOCOLS) {
                return malformed("101 Switching Protocols was not asked for");
            }
            if (!head.interim()) {
                return beginBody(from);
            }
            if (++interims > Limits.MAX_INTERIM_RESPONSES) {
                return malformed("there are more than " + Limits.MAX_INTERIM_RESPONSES + " interim responses");
            }
            listener.onInterim(head);
        }
        return Outcome.STOPPED;
    }

    private Outcome beginBody(final int from) {
        inBody = true;
        framing = head.framing(toHead);
        remaining = framing == Framing.LENGTH ? head.contentLength() : 0;
        if (framing == Framing.CHUNKED) {
            if (decoder == null) {
                decoder = new ChunkedDecoder(Long.MAX_VALUE);
            }
            decoder.reset();
        }
        listener.onHead(head, framing);
        if (listener == null) {
            return Outcome.STOPPED;
        }
        if (framing == Framing.NONE) {
            surplus = limit - from;
            return Outcome.WHOLE;
        }
        return from < limit ? body(segment, from, limit - from) : Outcome.MORE;
    }

    private Outcome body(final MemorySegment data, final long offset, final int length) {
        return switch (framing) {
            case LENGTH -> {
                final int part = (int) Math.min(remaining, length);
                remaining -= part;
                listener.onData(data, offset, part, false);
                surplus = length - part;
                yield listener == null ? Outcome.STOPPED : remaining == 0 ? Outcome.WHOLE : Outcome.MORE;
            }
            case CLOSE -> {
                listener.onData(data, offset, length, false);
                yield listener == null ? Outcome.STOPPED : Outcome.MORE;
            }
            case CHUNKED -> {
                if (data == segment) {
                    yield chunks((int) offset, (int) offset + length);
                }
                limit = 0;
                ensure(length);
                MemorySegment.copy(data, ValueLayout.JAVA_BYTE, offset, bytes, 0, length);
                limit = length;
                yield chunks(0, length);
            }
            default -> throw new AssertionError(framing);
        };
    }

    private Outcome chunks(final int from, final int end) {
        int at = from;
        while (listener != null) {
            final ChunkedDecoder.Event event = decoder.next(bytes, at, end);
            at = decoder.position();
            switch (event) {
                case NEED_INPUT -> {
                    return Outcome.MORE;
                }
                case CHUNK -> listener.onChunk(decoder.chunkLength());
                case DATA -> listener.onData(
                        segment, decoder.dataStart(), decoder.dataLength(), decoder.endsChunk());
                case END -> {
                    surplus = end - at;
                    return Outcome.WHOLE;
                }
                default -> {
                    return malformed(decoder.fault().reason());
                }
            }
        }
        return Outcome.STOPPED;
    }

    private Outcome malformed(final String why) {
        reason = why;
        return Outcome.MALFORMED;
    }
}
