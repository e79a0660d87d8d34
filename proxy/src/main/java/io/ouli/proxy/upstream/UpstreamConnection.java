package io.ouli.proxy.upstream;

import io.ouli.engine.http.HeadWriter;
import io.ouli.engine.transport.Errno;
import io.ouli.proxy.worker.Timed;
import java.lang.foreign.MemorySegment;

/** One HTTP/1.1 connection to an upstream: sends a call's request, reads its response, is kept for the next. */
final class UpstreamConnection extends Timed implements Channel.Listener {
    /** Nobody can tell whether the upstream closed before or after it saw the request. */
    private static final String NOT_SENT_AGAIN = ", just as a request went out on a connection that was kept from"
            + " before; it may have been done, so it was not sent again";
    private enum State {
        CONNECTING, ACTIVE,
        /** The response is whole; that its request has left is still to be reported. */
        ENDING,
        IDLE, CLOSED
    }

    /** How much of a request's body is copied for one send. */
    private static final int SEND_SLICE = 256 << 10;

    private final PooledUpstream upstream;
    private final Channel channel;
    private final ResponseReader reader = new ResponseReader();
    private State state = State.CONNECTING;
    private PooledCall call;
    private boolean reused;
    private int bodySent;
    private boolean paused;

    UpstreamConnection(final PooledUpstream upstream, final Channel channel) {
        this.upstream = upstream;
        this.channel = channel;
    }

    void connecting(final int connectionId, final PooledCall first) {
        channel.attach(connectionId, this);
        call = first;
        first.carriedBy(this);
    }

    /** Sends a call's request over a connection that stands. */
    void begin(final PooledCall next, final boolean isReused) {
        call = next;
        next.carriedBy(this);
        state = State.ACTIVE;
        reused = isReused;
        bodySent = 0;
        reader.begin(next.listener(), next.request().isHead());
        final HeadWriter head = upstream.head(next.request());
        channel.add(head.bytes(), 0, head.length());
        awaitProgress();
        send();
    }

    @Override
    public void onOpen() {
        if (state == State.CONNECTING) {
            call.connected();
            begin(call, false);
        }
    }

    private void send() {
        final UpstreamRequest request = call.request();
        while (channel.waitingBytes() < SEND_SLICE && bodySent < request.bodyLength()) {
            final int part = Math.min(SEND_SLICE, request.bodyLength() - bodySent);
            channel.add(request.body(), request.bodyOffset() + bodySent, part);
            bodySent += part;
        }
        channel.flush();
    }

    @Override
    public void onTaken() {
        if (state == State.ACTIVE) {
            awaitProgress();
            send();
        } else if (state == State.ENDING && !channel.isSending()) {
            keep();
        }
    }

    private void awaitProgress() {
        if (!paused) {
            upstream.loop().timers().arm(this, upstream.loop().nowNanos() + upstream.timeouts().readNanos());
        }
    }

    @Override
    protected void onTimeout() {
        if (state == State.ACTIVE) {
            fail(UpstreamFailure.READ_TIMEOUT, upstream.target().origin());
        } else {
            drop();
        }
    }

    @Override
    public void onBytes(final MemorySegment data, final long offset, final int length) {
        if (state == State.ACTIVE) {
            awaitProgress();
            follow(reader.read(data, offset, length), "the connection was closed");
        } else {
            // Nobody asked for these bytes: whatever they are, they are no answer to the next request.
            drop();
        }
    }

    @Override
    public void onEnd(final boolean authentic) {
        if (state == State.ACTIVE) {
            follow(reader.endOfInput(authentic), authentic
                    ? "the connection was closed" : "the connection was closed without TLS's close_notify");
        } else {
            drop();
        }
    }

    private void follow(final ResponseReader.Outcome outcome, final String lostReason) {
        switch (outcome) {
            case MORE -> call.listener().onDelivered();
            case WHOLE -> end();
            case MALFORMED -> fail(UpstreamFailure.BAD_RESPONSE, upstream.target().origin() + ": " + reader.reason());
            case CUT_OFF -> lost(lostReason);
            default -> {
                // Given up: the connection is closed already.
            }
        }
    }

    private void end() {
        final PooledCall ended = call;
        call = null;
        final boolean wholeRequest =
                channel.waitingBytes() == 0 && bodySent == ended.request().bodyLength();
        if (wholeRequest && reader.leavesConnectionOpen()) {
            if (channel.isSending()) {
                state = State.ENDING;
            } else {
                keep();
            }
        } else {
            close();
        }
        ended.end(reader.trailers(), reader.trailersLength());
    }

    private void keep() {
        state = State.IDLE;
        reader.shrink();
        resumeReceive();
        upstream.keep(this);
    }

    /** An unused connection is of no use any more. */
    private void drop() {
        if (state == State.IDLE) {
            upstream.drop(this);
        }
        close();
    }

    private void fail(final UpstreamFailure failure, final String detail) {
        final PooledCall failed = call;
        call = null;
        close();
        failed.fail(failure, detail);
    }

    /** The connection ended in the middle of an exchange; the request goes out once more where that is safe. */
    private void lost(final String reason) {
        final PooledCall lost = call;
        final boolean stale = reused && !reader.begun();
        call = null;
        close();
        if (!(stale && lost.retry())) {
            lost.fail(UpstreamFailure.CUT_OFF, upstream.target().origin() + ": " + reason
                    + (stale && !lost.maySendTwice() ? NOT_SENT_AGAIN : ""));
        }
    }

    @Override
    public void onFailure(final String reason) {
        switch (state) {
            case CONNECTING -> fail(UpstreamFailure.TLS, upstream.target().origin() + ": " + reason);
            case ACTIVE -> lost(reason);
            default -> drop();
        }
    }

    @Override
    public void onGone(final int cause) {
        final State before = state;
        final PooledCall present = call;
        state = State.CLOSED;
        upstream.loop().timers().remove(this);
        upstream.gone(this);
        if (before == State.IDLE) {
            upstream.drop(this);
        }
        if (present == null) {
            return;
        }
        if (before == State.CONNECTING && !channel.isSecuring()) {
            call = null;
            present.notConnected(Errno.name(cause));
        } else if (before == State.CONNECTING) {
            fail(UpstreamFailure.TLS, upstream.target().origin() + ": " + Errno.name(cause) + " in the handshake");
        } else {
            lost(Errno.name(cause));
        }
    }

    void pause() {
        if (!paused && state != State.CLOSED) {
            paused = true;
            channel.pause();
            upstream.loop().timers().disarm(this);
        }
    }

    void resume() {
        if (paused && state != State.CLOSED) {
            resumeReceive();
            awaitProgress();
        }
    }

    private void resumeReceive() {
        if (paused) {
            paused = false;
            channel.resume();
        }
    }

    /** Closes at once; nobody is told. */
    void abandon() {
        call = null;
        reader.stop();
        if (state != State.CLOSED) {
            state = State.CLOSED;
            channel.cut();
        }
    }

    /** Closes in order. */
    void close() {
        reader.stop();
        if (state != State.CLOSED) {
            state = State.CLOSED;
            upstream.loop().timers().disarm(this);
            channel.close();
        }
    }
}
