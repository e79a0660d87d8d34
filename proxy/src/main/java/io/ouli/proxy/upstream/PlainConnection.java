package io.ouli.proxy.upstream;

import io.ouli.engine.Limits;
import io.ouli.engine.http.ChunkedDecoder;
import io.ouli.engine.http.ResponseHead;
import io.ouli.engine.http.ResponseHead.Framing;
import io.ouli.engine.http.ResponseParser;
import io.ouli.engine.transport.Errno;
import io.ouli.engine.transport.Transport;
import io.ouli.proxy.worker.Peer;
import io.ouli.proxy.worker.SendQueue;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** One connection to an upstream: sends a call's request, reads its response, is kept for the next. */
final class PlainConnection extends Peer {
    private enum State {
        CONNECTING, HEAD, BODY,
        /** The response is whole; that its request has left is still to be reported. */
        ENDING,
        IDLE, CLOSED
    }

    /** How much of a request's body is copied for one send. */
    private static final int SEND_SLICE = 256 << 10;
    /** How much an unused connection keeps for the next response. */
    private static final int MOST_KEPT_BYTES = 64 << 10;

    private final PlainUpstream upstream;
    private final Transport transport;
    private final SendQueue out;
    private final ResponseParser parser = new ResponseParser();
    private final ResponseHead head = new ResponseHead(Limits.MAX_HEADERS);
    private ChunkedDecoder decoder;
    private int id;
    private State state = State.CONNECTING;
    private PlainCall call;
    private boolean reused;
    private boolean sending;
    private int bodySent;
    private boolean responseBegun;
    /** The front of a head that has not come whole, and what came with it. */
    private byte[] bytes;
    private MemorySegment segment;
    private int limit;
    private Framing framing;
    private long remaining;
    private boolean paused;

    PlainConnection(final PlainUpstream upstream) {
        this.upstream = upstream;
        transport = upstream.loop().transport();
        out = new SendQueue(upstream.loop().buffers());
    }

    void connecting(final int connectionId, final PlainCall first) {
        id = connectionId;
        call = first;
        first.carriedBy(this);
    }

    /** Sends a call's request over a connection that stands. */
    void begin(final PlainCall next, final boolean isReused) {
        call = next;
        next.carriedBy(this);
        state = State.HEAD;
        reused = isReused;
        bodySent = 0;
        responseBegun = false;
        paused = false;
        limit = 0;
        out.add(next.head(), 0, next.headLength());
        awaitProgress();
        send();
    }

    @Override
    protected void onConnected() {
        if (state == State.CLOSED) {
            return;
        }
        call.connected();
        begin(call, false);
    }

    private void send() {
        final UpstreamRequest request = call.request();
        while (out.waitingBytes() < SEND_SLICE && bodySent < request.bodyLength()) {
            final int part = Math.min(SEND_SLICE, request.bodyLength() - bodySent);
            out.add(request.body(), request.bodyOffset() + bodySent, part);
            bodySent += part;
        }
        if (!out.isEmpty()) {
            out.writeTo(transport, id, Transport.MAX_PARTS);
            transport.flush(id);
            sending = true;
        }
    }

    @Override
    protected void onSent() {
        out.sent();
        sending = false;
        if (call != null && (state == State.HEAD || state == State.BODY)) {
            awaitProgress();
            send();
        } else if (state == State.ENDING) {
            keep();
        }
    }

    private void awaitProgress() {
        if (paused) {
            return;
        }
        upstream.loop().timers().arm(this, upstream.loop().nowNanos() + upstream.timeouts().readNanos());
    }

    @Override
    protected void onTimeout() {
        switch (state) {
            case IDLE -> {
                upstream.drop(this);
                close();
            }
            case HEAD, BODY -> fail(UpstreamFailure.READ_TIMEOUT, upstream.target().origin());
            default -> close();
        }
    }

    @Override
    protected void onReceived(final MemorySegment data, final long offset, final int length) {
        if (state == State.IDLE) {
            // Nobody asked for these bytes: whatever they are, they are no answer to the next request.
            upstream.drop(this);
            close();
        } else if (state == State.ENDING) {
            close();
        } else if (state == State.HEAD || state == State.BODY) {
            final PlainCall present = call;
            awaitProgress();
            if (state == State.HEAD) {
                receiveHead(data, offset, length);
            } else {
                receiveBody(data, offset, length);
            }
            if (call == present) {
                present.listener().onDelivered();
            }
        }
    }

    private void receiveHead(final MemorySegment data, final long offset, final int length) {
        responseBegun = true;
        ensure(length);
        MemorySegment.copy(data, ValueLayout.JAVA_BYTE, offset, bytes, limit, length);
        limit += length;
        parse(0);
    }

    private void ensure(final int more) {
        if (bytes == null || bytes.length - limit < more) {
            final int size = Math.max(limit + more, 8 << 10);
            bytes = bytes == null ? new byte[size] : Arrays.copyOf(bytes, Math.max(size, bytes.length * 2));
            segment = MemorySegment.ofArray(bytes);
        }
    }

    /** Parses heads from an index on until the final one is whole. */
    private void parse(final int first) {
        int from = first;
        while (state == State.HEAD) {
            final int length = parser.parse(bytes, from, limit, head);
            if (length < 0) {
                fail(UpstreamFailure.BAD_RESPONSE, parser.fault().reason());
                return;
            }
            if (length == 0) {
                if (from > 0) {
                    System.arraycopy(bytes, from, bytes, 0, limit - from);
                    limit -= from;
                    parser.reset();
                }
                return;
            }
            from += length;
            if (head.status() == 101) {
                fail(UpstreamFailure.BAD_RESPONSE, "101 Switching Protocols was not asked for");
                return;
            }
            if (head.interim()) {
                call.listener().onInterim(head);
            } else {
                beginBody();
                if (state == State.BODY && from < limit) {
                    receiveBody(segment, from, limit - from);
                }
                return;
            }
        }
    }

    private void beginBody() {
        state = State.BODY;
        framing = head.framing(call.request().isHead());
        remaining = framing == Framing.LENGTH ? head.contentLength() : 0;
        if (framing == Framing.CHUNKED) {
            if (decoder == null) {
                decoder = new ChunkedDecoder(Long.MAX_VALUE);
            }
            decoder.reset();
        }
        final PlainCall present = call;
        present.listener().onHead(head, framing);
        if (framing == Framing.NONE && call == present) {
            end(null, 0, limit - (head.end()));
        }
    }

    private void receiveBody(final MemorySegment data, final long offset, final int length) {
        switch (framing) {
            case LENGTH -> {
                final int part = (int) Math.min(remaining, length);
                remaining -= part;
                final PlainCall present = call;
                present.listener().onData(data, offset, part, false);
                if (remaining == 0 && call == present) {
                    end(null, 0, length - part);
                }
            }
            case CLOSE -> call.listener().onData(data, offset, length, false);
            case CHUNKED -> {
                if (data == segment) {
                    decode((int) offset, (int) offset + length);
                } else {
                    limit = 0;
                    ensure(length);
                    MemorySegment.copy(data, ValueLayout.JAVA_BYTE, offset, bytes, 0, length);
                    limit = length;
                    decode(0, length);
                }
            }
            default -> throw new AssertionError(framing);
        }
    }

    private void decode(final int from, final int end) {
        final PlainCall present = call;
        int at = from;
        while (call == present) {
            final ChunkedDecoder.Event event = decoder.next(bytes, at, end);
            at = decoder.position();
            switch (event) {
                case NEED_INPUT -> {
                    return;
                }
                case CHUNK -> present.listener().onChunk(decoder.chunkLength());
                case DATA -> present.listener().onData(
                        segment, decoder.dataStart(), decoder.dataLength(), decoder.endsChunk());
                case END -> end(decoder.trailers(), decoder.trailersLength(), end - at);
                default -> fail(UpstreamFailure.BAD_RESPONSE, decoder.fault().reason());
            }
        }
    }

    /** The response is whole. @param left how many bytes came behind it. */
    private void end(final byte[] trailers, final int trailersLength, final int left) {
        final PlainCall ended = call;
        call = null;
        final boolean wholeRequest = out.isEmpty() && bodySent == ended.request().bodyLength();
        if (wholeRequest && left == 0 && framing != Framing.CLOSE && head.keepAlive()) {
            if (sending) {
                state = State.ENDING;
            } else {
                keep();
            }
        } else {
            close();
        }
        ended.end(trailers, trailersLength);
    }

    private void keep() {
        state = State.IDLE;
        if (bytes.length > MOST_KEPT_BYTES) {
            bytes = null;
            segment = null;
        }
        if (paused) {
            paused = false;
            transport.resumeReceive(id);
        }
        upstream.keep(this);
    }

    private void fail(final UpstreamFailure failure, final String detail) {
        final PlainCall failed = call;
        call = null;
        close();
        failed.fail(failure, detail);
    }

    @Override
    protected void onReceiveEnd() {
        switch (state) {
            case IDLE -> {
                upstream.drop(this);
                close();
            }
            case BODY -> {
                if (framing == Framing.CLOSE) {
                    end(null, 0, 0);
                } else {
                    fail(UpstreamFailure.CUT_OFF, upstream.target().origin());
                }
            }
            case HEAD -> lost("the connection was closed");
            default -> close();
        }
    }

    private void lost(final String reason) {
        final PlainCall lost = call;
        call = null;
        close();
        if (!(reused && !responseBegun && lost.retry())) {
            lost.fail(UpstreamFailure.CUT_OFF, upstream.target().origin() + ": " + reason);
        }
    }

    @Override
    protected void onClosed(final int cause) {
        out.sent();
        out.clear();
        upstream.gone(this);
        final State before = state;
        state = State.CLOSED;
        final PlainCall present = call;
        call = null;
        if (before == State.IDLE) {
            upstream.drop(this);
        }
        if (present == null) {
            return;
        }
        if (before == State.CONNECTING) {
            present.notConnected(Errno.name(cause));
        } else if (!(before == State.HEAD && reused && !responseBegun && present.retry())) {
            present.fail(UpstreamFailure.CUT_OFF, upstream.target().origin() + ": " + Errno.name(cause));
        }
    }

    void pause() {
        if (!paused && state != State.CLOSED) {
            paused = true;
            transport.pauseReceive(id);
            upstream.loop().timers().disarm(this);
        }
    }

    void resume() {
        if (paused && state != State.CLOSED) {
            paused = false;
            transport.resumeReceive(id);
            awaitProgress();
        }
    }

    /** Closes; nobody is told. */
    void abandon() {
        call = null;
        close();
    }

    void close() {
        if (state != State.CLOSED) {
            state = State.CLOSED;
            transport.close(id);
        }
    }
}
