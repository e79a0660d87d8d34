package io.ouli.engine.http;

import io.ouli.engine.Limits;
import java.util.Arrays;

/**
 * Decodes a chunked body as it comes, split anywhere; RFC 9112, section 7.1, strictly.
 *
 * <p>Each {@link #next} gives one event and says in {@link #position} where to go on. A size is hexadecimal digits and
 * nothing else; extensions are skipped up to {@link Limits#MAX_CHUNK_EXTENSION_BYTES} a body; lines end in CRLF; the
 * trailer section is checked like header fields, and may not hold fields that frame or route the message.
 */
public final class ChunkedDecoder {
    /** What {@link #next} can find. */
    public enum Event {
        /** Every byte was taken; more are needed. */
        NEED_INPUT,
        /** A chunk begins, {@link #chunkLength} bytes long; never the last, empty one. */
        CHUNK,
        /** Body bytes stand at {@link #dataStart}, {@link #dataLength} of them. */
        DATA,
        /** The body has ended; {@link #trailers} is whole. */
        END,
        /** The body is malformed or too long; {@link #fault} says why. */
        REFUSED
    }

    private enum State {
        SIZE, EXTENSION, SIZE_LF, DATA, DATA_CR, DATA_LF, TRAILER, ENDED
    }

    private static final int MAX_SIZE_DIGITS = 16;
    private static final byte[] NONE = {};

    private final long maxBodyBytes;
    private State state = State.SIZE;
    private long bodyBytes;
    private long size;
    private int sizeDigits;
    private long remaining;
    private int extensionBytes;
    private byte[] trailers = NONE;
    private int trailersLength;
    private int trailerLine;
    private TrailerSection trailerSection;
    private int position;
    private int dataStart;
    private int dataLength;
    private HttpFault fault;

    /** Creates a decoder for bodies of at most this many bytes after decoding. */
    public ChunkedDecoder(final long maxBodyBytes) {
        this.maxBodyBytes = maxBodyBytes;
    }

    /** Makes ready for another body. */
    public void reset() {
        state = State.SIZE;
        bodyBytes = 0;
        size = 0;
        sizeDigits = 0;
        remaining = 0;
        extensionBytes = 0;
        trailersLength = 0;
        trailerLine = 0;
    }

    /** {@return the index to call {@link #next} with again: the first byte that was not taken} */
    public int position() {
        return position;
    }

    /** {@return the length of the chunk that has begun, in bytes} */
    public long chunkLength() {
        return size;
    }

    /** {@return where the body bytes of the last {@link Event#DATA} begin, in the array given to {@link #next}} */
    public int dataStart() {
        return dataStart;
    }

    /** {@return how many body bytes the last {@link Event#DATA} found, at least 1} */
    public int dataLength() {
        return dataLength;
    }

    /** {@return whether the chunk ends with the bytes of the last {@link Event#DATA}} */
    public boolean endsChunk() {
        return remaining == 0;
    }

    /** {@return how many body bytes were found so far} */
    public long bodyBytes() {
        return bodyBytes;
    }

    /** {@return the trailer section: field lines, each with its CRLF, in the first {@link #trailersLength} bytes} */
    public byte[] trailers() {
        return trailers;
    }

    /** {@return the length of the trailer section in bytes, 0 without trailers} */
    public int trailersLength() {
        return trailersLength;
    }

    /** {@return why the body was refused} */
    public HttpFault fault() {
        return fault;
    }

    /** Takes bytes from index {@code from} up to the next event; after {@link Event#END} it takes none. */
    public Event next(final byte[] bytes, final int from, final int limit) {
        position = from;
        while (position < limit && state != State.ENDED) {
            final Event event;
            switch (state) {
                case DATA:
                    return data(limit);
                case SIZE:
                    event = sizeDigit(bytes[position++]);
                    break;
                case EXTENSION:
                    event = extensionByte(bytes[position++]);
                    break;
                case SIZE_LF:
                    event = bytes[position++] == '\n' ? chunkBegins() : refuse(HttpFault.BARE_CR);
                    break;
                case DATA_CR:
                    event = expect(bytes[position++], '\r', State.DATA_LF);
                    break;
                case DATA_LF:
                    event = expect(bytes[position++], '\n', State.SIZE);
                    break;
                default:
                    event = trailerByte(bytes[position++]);
                    break;
            }
            if (event != null) {
                return event;
            }
        }
        return state == State.ENDED ? Event.END : Event.NEED_INPUT;
    }

    private Event data(final int limit) {
        dataStart = position;
        dataLength = (int) Math.min(remaining, limit - position);
        position += dataLength;
        remaining -= dataLength;
        bodyBytes += dataLength;
        if (remaining == 0) {
            state = State.DATA_CR;
        }
        return Event.DATA;
    }

    private Event sizeDigit(final byte value) {
        final int digit = CharClass.hexDigit(value);
        if (digit >= 0) {
            sizeDigits++;
            if (sizeDigits > MAX_SIZE_DIGITS) {
                return refuse(HttpFault.BAD_CHUNK_SIZE);
            }
            if (size > Long.MAX_VALUE >> 4) {
                return refuse(HttpFault.BODY_TOO_LONG);
            }
            size = size << 4 | digit;
            return null;
        }
        if (sizeDigits == 0) {
            return refuse(HttpFault.BAD_CHUNK_SIZE);
        }
        if (value == '\r') {
            state = State.SIZE_LF;
            return null;
        }
        if (value == '\n') {
            return refuse(HttpFault.BARE_LF);
        }
        if (value != ';') {
            return refuse(HttpFault.BAD_CHUNK_SIZE);
        }
        state = State.EXTENSION;
        return countExtension();
    }

    private Event extensionByte(final byte value) {
        if (value == '\r') {
            state = State.SIZE_LF;
            return null;
        }
        if (!CharClass.is(value, CharClass.FIELD)) {
            return refuse(value == '\n' ? HttpFault.BARE_LF : HttpFault.BAD_CHUNK_EXTENSION);
        }
        return countExtension();
    }

    private Event countExtension() {
        extensionBytes++;
        return extensionBytes > Limits.MAX_CHUNK_EXTENSION_BYTES
                ? refuse(HttpFault.CHUNK_EXTENSIONS_TOO_LONG) : null;
    }

    private Event chunkBegins() {
        if (size > maxBodyBytes - bodyBytes) {
            return refuse(HttpFault.BODY_TOO_LONG);
        }
        sizeDigits = 0;
        if (size == 0) {
            state = State.TRAILER;
            return null;
        }
        remaining = size;
        state = State.DATA;
        return Event.CHUNK;
    }

    private Event expect(final byte value, final char wanted, final State then) {
        if (value != wanted) {
            return refuse(HttpFault.MISSING_CHUNK_END);
        }
        state = then;
        size = 0;
        return null;
    }

    private Event trailerByte(final byte value) {
        if (trailersLength == trailers.length) {
            trailers = Arrays.copyOf(trailers, Math.max(256, trailersLength * 2));
        }
        trailers[trailersLength++] = value;
        // Two more than the limit: the empty line that ends the section is not counted.
        if (trailersLength > Limits.MAX_TRAILER_BYTES + 2) {
            return refuse(HttpFault.TRAILERS_TOO_LONG);
        }
        if (value != '\n') {
            return null;
        }
        final int end = trailersLength - 2;
        if (end < trailerLine || trailers[end] != '\r') {
            return refuse(HttpFault.BARE_LF);
        }
        if (end == trailerLine) {
            trailersLength = trailerLine;
            state = State.ENDED;
            return Event.END;
        }
        return trailerLine(end);
    }

    private Event trailerLine(final int end) {
        if (trailerSection == null) {
            trailerSection = new TrailerSection();
        }
        if (trailerLine == 0) {
            trailerSection.begin(trailers);
        } else {
            trailerSection.moveTo(trailers);
        }
        final HttpFault wrong = trailerSection.line(trailers, trailerLine, end);
        if (wrong != null) {
            return refuse(wrong);
        }
        trailerLine = trailersLength;
        return null;
    }

    private Event refuse(final HttpFault why) {
        fault = why;
        return Event.REFUSED;
    }
}
