package io.ouli.proxy.upstream;

import io.ouli.proxy.worker.Timed;

/** One request under way over HTTP/1.1: from waiting for an address to the last byte of its response. */
final class PooledCall extends Timed implements UpstreamCall {
    private final PooledUpstream upstream;
    private final UpstreamRequest request;
    private final UpstreamListener listener;
    private UpstreamConnection connection;
    private int addressesTried;
    private boolean retried;
    private boolean over;

    PooledCall(final PooledUpstream upstream, final UpstreamRequest request, final UpstreamListener listener) {
        this.upstream = upstream;
        this.request = request;
        this.listener = listener;
    }

    UpstreamRequest request() {
        return request;
    }

    UpstreamListener listener() {
        return listener;
    }

    /** {@return whether the call is neither over nor on a connection} */
    boolean isWaiting() {
        return !over && connection == null;
    }

    int nextAddress() {
        return addressesTried++;
    }

    int addressesTried() {
        return addressesTried;
    }

    /** The connection that carries the call from now on. */
    void carriedBy(final UpstreamConnection carrier) {
        connection = carrier;
    }

    /** The connection stands, TLS and all: its own time-out counts from here on. */
    void connected() {
        upstream.loop().timers().remove(this);
    }

    /** The connection could not be made: tries the next address, or gives up. */
    void notConnected(final String reason) {
        connection = null;
        if (upstream.hasAnotherAddress(this)) {
            upstream.connectTo(this);
        } else {
            upstream.forgetAddresses();
            fail(UpstreamFailure.UNREACHABLE, upstream.target().origin() + ": " + reason);
        }
    }

    /** {@return whether the request may be sent a second time} */
    boolean maySendTwice() {
        return request.isIdempotent();
    }

    /**
     * The kept connection was closed before a byte of the response came.
     *
     * @return whether the call goes on.
     */
    boolean retry() {
        if (retried || !maySendTwice()) {
            return false;
        }
        retried = true;
        connection = null;
        addressesTried = 0;
        upstream.connect(this);
        return true;
    }

    @Override
    protected void onTimeout() {
        final UpstreamConnection carrier = connection;
        fail(UpstreamFailure.CONNECT_TIMEOUT, upstream.target().origin());
        if (carrier != null) {
            carrier.abandon();
        }
    }

    void fail(final UpstreamFailure failure, final String detail) {
        if (finish()) {
            listener.onFailure(failure, detail);
        }
    }

    void end(final byte[] trailers, final int trailersLength) {
        if (finish()) {
            listener.onEnd(trailers, trailersLength);
        }
    }

    private boolean finish() {
        if (over) {
            return false;
        }
        over = true;
        connection = null;
        upstream.loop().timers().remove(this);
        return true;
    }

    @Override
    public void pause() {
        if (connection != null) {
            connection.pause();
        }
    }

    @Override
    public void resume() {
        if (connection != null) {
            connection.resume();
        }
    }

    @Override
    public void cancel() {
        final UpstreamConnection carrier = connection;
        if (finish() && carrier != null) {
            carrier.abandon();
        }
    }
}
