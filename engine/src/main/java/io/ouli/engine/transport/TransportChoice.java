package io.ouli.engine.transport;

import java.util.Locale;

/** Which implementation a user asks for. */
public enum TransportChoice {
    /** The fastest that this machine offers. */
    AUTO,
    /** io_uring, or an error that says why it is refused. */
    IO_URING,
    /** NIO, on every platform. */
    NIO;

    /**
     * Reads a choice as users write it: {@code auto}, {@code io_uring} (also {@code io-uring}) or {@code nio}.
     *
     * @throws TransportException for anything else; names the value and the choices.
     */
    public static TransportChoice parse(final String text) {
        return switch (text.trim().toLowerCase(Locale.ROOT)) {
            case "auto" -> AUTO;
            case "io_uring", "io-uring" -> IO_URING;
            case "nio" -> NIO;
            default -> throw new TransportException("unknown transport '" + text + "'; choose auto, io_uring or nio");
        };
    }
}
