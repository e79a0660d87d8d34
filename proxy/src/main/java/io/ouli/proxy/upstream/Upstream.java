package io.ouli.proxy.upstream;

/** One worker's way to one recorded server. */
public interface Upstream extends AutoCloseable {
    /**
     * Sends a request. The listener is called later, or from inside this method when the call fails at once.
     *
     * @param request stays as it is until the listener's last call, or {@link UpstreamCall#cancel}.
     */
    UpstreamCall call(UpstreamRequest request, UpstreamListener listener);

    /**
     * Ends the connections that wait for a next call, in order: over TLS with a close_notify. A call that is under way
     * goes on, and its connection is not kept.
     *
     * @param whenEnded runs when they are gone, perhaps at once.
     */
    void drain(Runnable whenEnded);

    /** Closes every connection; calls under way hear nothing more. */
    @Override
    void close();
}
