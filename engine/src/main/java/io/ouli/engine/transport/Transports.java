package io.ouli.engine.transport;

import io.ouli.engine.transport.nio.NioTransport;
import io.ouli.engine.transport.uring.UringTransport;

/** Opens the fastest transport that this machine offers, or the one that is asked for. */
public final class Transports {
    /** System property that overrides the options' choice: {@code auto}, {@code io_uring} or {@code nio}. */
    public static final String CHOICE_PROPERTY = "ouli.transport";

    /** Opens one implementation; for tests of the choice. */
    interface Opener {
        /** Opens it, or throws what it is refused with. */
        Transport open(TransportOptions options, TransportHandler handler);
    }

    private Transports() {
    }

    /**
     * Opens a transport. It belongs to the calling thread: no other may call it, except for {@link Transport#wakeup}.
     *
     * @param options sizes and choice; {@link #CHOICE_PROPERTY} overrides the choice.
     * @param handler receives everything that happens.
     * @return the transport; {@link Transport#description()} says which one and why.
     * @throws TransportException if io_uring was asked for and is refused; names the reason and the remedy.
     */
    public static Transport open(final TransportOptions options, final TransportHandler handler) {
        // Not a reference to its constructor: to link that loads the class, which is not needed for NIO.
        return open(options, handler, choice(options), (sizes, events) -> new UringTransport(sizes, events));
    }

    /**
     * Opens a transport that nobody uses and closes it again, so that a worker that opens its own a moment later finds
     * everything loaded. Says nothing: what is refused here is refused there, with the reason.
     */
    public static void rehearse(final TransportChoice choice) {
        try {
            describe(choice);
        } catch (final TransportException refused) {
            return;
        }
    }

    /**
     * Opens a transport without sockets, and returns how it describes itself.
     *
     * @throws TransportException as {@link #open} does.
     */
    public static String describe(final TransportChoice choice) {
        final TransportOptions few = TransportOptions.DEFAULT.withChoice(choice).withMaxConnections(1);
        try (Transport transport = open(few, new DeafHandler())) {
            return transport.description();
        }
    }

    static Transport open(final TransportOptions options, final TransportHandler handler, final TransportChoice choice,
            final Opener uring) {
        if (choice == TransportChoice.NIO) {
            return new NioTransport(options, handler, options.choiceReason());
        }
        if (choice == TransportChoice.AUTO && !isLinux()) {
            return new NioTransport(options, handler, "io_uring is for Linux");
        }
        try {
            return uring.open(options, handler);
        } catch (final RuntimeException | LinkageError e) {
            // A LinkageError: native access is denied to this program, or a library is not there.
            if (choice == TransportChoice.IO_URING) {
                throw new TransportException("io_uring was asked for and is refused: " + reason(e)
                        + "; or choose auto or nio", e);
            }
            return new NioTransport(options, handler, "io_uring is refused: " + reason(e));
        }
    }

    private static TransportChoice choice(final TransportOptions options) {
        final String property = System.getProperty(CHOICE_PROPERTY);
        if (property == null) {
            return options.choice();
        }
        try {
            return TransportChoice.parse(property);
        } catch (final TransportException e) {
            throw new TransportException("-D" + CHOICE_PROPERTY + ": " + e.getMessage(), e);
        }
    }

    private static boolean isLinux() {
        return System.getProperty("os.name").startsWith("Linux");
    }

    private static String reason(final Throwable error) {
        return error.getMessage() == null ? error.toString() : error.getMessage();
    }
}
