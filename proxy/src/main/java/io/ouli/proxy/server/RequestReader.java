package io.ouli.proxy.server;

import io.ouli.engine.Limits;
import io.ouli.engine.http.ChunkedDecoder;
import io.ouli.engine.http.HttpFault;
import io.ouli.engine.http.RequestHead;
import io.ouli.engine.http.RequestParser;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Collects the bytes of one connection and cuts them into requests, bodies decoded and in one piece.
 *
 * <p>A connection has one only while bytes of it wait; see {@link RequestReaderPool}.
 *
 * <pre>
 * bytes: | done | head | body, decoded | gap | not looked at yet | room |
 *               ^start ^bodyStart      ^bodyEnd ^raw             ^limit
 * </pre>
 * The gap is what the framing of chunks took. A request that has not come whole begins at index 0, so that nothing has
 * to move while it grows.
 */
final class RequestReader {
    /** What {@link #next} found. */
    enum Status {
        /** More bytes are needed. */
        NEED_INPUT,
        /** A request is whole; it stays until {@link #consume}. */
        READY,
        /** What came is no request, or too much; {@link #fault} says why. */
        REFUSED,
        /** The memory that requests of this worker may take is used up. */
        NO_MEMORY
    }

    private enum Phase {
        HEAD, LENGTH, CHUNKED, WHOLE
    }

    private final RequestReaderPool pool;
    private final RequestParser parser = new RequestParser();
    private final RequestHead head = new RequestHead(Limits.MAX_HEADERS);
    private ChunkedDecoder decoder;
    private byte[] bytes = new byte[RequestReaderPool.BASE_BYTES];
    /** The same bytes: a copy from segment to segment needs no class that the JDK would spin in a start. */
    private MemorySegment segment = MemorySegment.ofArray(bytes);
    private Phase phase = Phase.HEAD;
    private int start;
    private int bodyStart;
    private int bodyEnd;
    private int raw;
    private int limit;
    private boolean continueSent;
    /** Bytes had to be dropped: what follows makes no sense any more. */
    private boolean outOfMemory;
    private HttpFault fault;

    RequestReader(final RequestReaderPool pool) {
        this.pool = pool;
    }

    /** Forgets everything. */
    void reset() {
        parser.reset();
        phase = Phase.HEAD;
        start = 0;
        raw = 0;
        limit = 0;
        continueSent = false;
        outOfMemory = false;
    }

    /** Adds bytes that have come. */
    void append(final MemorySegment data, final long offset, final int length) {
        if (bytes.length - limit < length && !grow(length)) {
            outOfMemory = true;
            return;
        }
        MemorySegment.copy(data, offset, segment, limit, length);
        limit += length;
    }

    private boolean grow(final int length) {
        final int size = Math.max(bytes.length * 2, Integer.highestOneBit(limit + length) * 2);
        if (!pool.reserve(size - bytes.length)) {
            return false;
        }
        hold(Arrays.copyOf(bytes, size));
        return true;
    }

    private void hold(final byte[] array) {
        bytes = array;
        segment = MemorySegment.ofArray(array);
    }

    /** Looks for the next request. */
    Status next() {
        while (true) {
            if (outOfMemory && phase != Phase.WHOLE) {
                return Status.NO_MEMORY;
            }
            switch (phase) {
                case HEAD:
                    final Status status = head();
                    if (status != null) {
                        return status;
                    }
                    break;
                case LENGTH:
                    return length();
                case CHUNKED:
                    return chunked();
                default:
                    return Status.READY;
            }
        }
    }

    /**
     * Takes the next request without parsing it, if it came before, byte for byte; then it stays until {@link #consume}
     * or {@link #parseAfterAll}, and {@link #requestHead} tells nothing of it.
     */
    boolean recall(final RequestMemo memo) {
        if (phase != Phase.HEAD || start == limit || outOfMemory || parser.underWay()) {
            return false;
        }
        final int length = memo.find(bytes, start, limit);
        if (length == 0) {
            return false;
        }
        take(length);
        return true;
    }

    /** Takes the next request, without a body and of a known length, as {@link #recall} does. */
    void take(final int length) {
        bodyStart = start + length;
        bodyEnd = bodyStart;
        raw = bodyStart;
        phase = Phase.WHOLE;
    }

    /** {@return whether bytes wait that came together with a request before them, and nobody has looked at them} */
    boolean follows() {
        return start > 0 && isBefore(start);
    }

    /** {@return whether the next thing to look for is a request that begins here} */
    boolean isBefore(final int offset) {
        return start == offset && phase == Phase.HEAD && start < limit && !outOfMemory && !parser.underWay();
    }

    /** Lets {@link #next} find the request that was recalled. */
    void parseAfterAll() {
        phase = Phase.HEAD;
    }

    private Status head() {
        if (start == limit) {
            return Status.NEED_INPUT;
        }
        final int length = parser.parse(bytes, start, limit, head);
        if (length < 0) {
            fault = parser.fault();
            return Status.REFUSED;
        }
        if (start > 0 && (length == 0 || head.chunked() || head.contentLength() > limit - head.end())) {
            moveToFront();
            return null;
        }
        if (length == 0) {
            return Status.NEED_INPUT;
        }
        bodyStart = head.end();
        bodyEnd = bodyStart;
        raw = bodyStart;
        if (head.chunked()) {
            if (decoder == null) {
                decoder = new ChunkedDecoder(Limits.MAX_REQUEST_BYTES);
            }
            decoder.reset();
            phase = Phase.CHUNKED;
        } else {
            phase = Phase.LENGTH;
        }
        return null;
    }

    private void moveToFront() {
        System.arraycopy(bytes, start, bytes, 0, limit - start);
        limit -= start;
        start = 0;
        parser.reset();
    }

    private Status length() {
        final int length = (int) Math.max(0, head.contentLength());
        if (limit - bodyStart < length) {
            return Status.NEED_INPUT;
        }
        bodyEnd = bodyStart + length;
        raw = bodyEnd;
        phase = Phase.WHOLE;
        return Status.READY;
    }

    private Status chunked() {
        while (true) {
            final ChunkedDecoder.Event event = decoder.next(bytes, raw, limit);
            raw = decoder.position();
            switch (event) {
                case NEED_INPUT:
                    raw = bodyEnd;
                    limit = bodyEnd;
                    return Status.NEED_INPUT;
                case DATA:
                    System.arraycopy(bytes, decoder.dataStart(), bytes, bodyEnd, decoder.dataLength());
                    bodyEnd += decoder.dataLength();
                    break;
                case END:
                    phase = Phase.WHOLE;
                    return Status.READY;
                case REFUSED:
                    fault = decoder.fault();
                    return Status.REFUSED;
                default:
                    break;
            }
        }
    }

    /** Goes on behind the request that was whole. */
    void consume() {
        assert phase == Phase.WHOLE;
        start = raw;
        phase = Phase.HEAD;
        continueSent = false;
        if (start == limit) {
            start = 0;
            limit = 0;
        }
    }

    /** {@return true once, if the client waits for 100 Continue before it sends the body of the present request} */
    boolean takeContinue() {
        final boolean waits = !continueSent && inBody() && head.expectContinue() && limit == bodyStart;
        continueSent |= waits;
        return waits;
    }

    /** {@return whether a head is whole whose body is not} */
    boolean inBody() {
        return phase == Phase.LENGTH || phase == Phase.CHUNKED;
    }

    /** {@return whether nothing waits} */
    boolean isEmpty() {
        return limit == start && phase == Phase.HEAD;
    }

    /** {@return how many bytes wait behind the present request; 0 while its own body is still to come} */
    int backlogBytes() {
        return switch (phase) {
            case HEAD -> limit - start;
            case WHOLE -> limit - raw;
            default -> 0;
        };
    }

    RequestHead requestHead() {
        return head;
    }

    byte[] bytes() {
        return bytes;
    }

    /** {@return where the request begins} */
    int start() {
        return start;
    }

    /** {@return where the bytes that have come end} */
    int limit() {
        return limit;
    }

    int bodyStart() {
        return bodyStart;
    }

    int bodyLength() {
        return bodyEnd - bodyStart;
    }

    HttpFault fault() {
        return fault;
    }

    /** {@return the size of the array in bytes} */
    int capacity() {
        return bytes.length;
    }

    /** Gives up an array that has grown. */
    void shrink() {
        hold(new byte[RequestReaderPool.BASE_BYTES]);
    }
}
