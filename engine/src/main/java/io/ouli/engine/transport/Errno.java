package io.ouli.engine.transport;

/**
 * The error numbers that {@link TransportHandler#onClosed} reports; Linux's numbers on every platform, so that a caller
 * compares with one constant wherever it runs.
 */
public final class Errno {
    /** No such process or entry; a cancelled operation was already gone. */
    public static final int ENOENT = 2;
    /** Interrupted call. */
    public static final int EINTR = 4;
    /** Any failure that has no better number. */
    public static final int EIO = 5;
    /** Try again. */
    public static final int EAGAIN = 11;
    /** No memory for the operation. */
    public static final int ENOMEM = 12;
    /** Permission denied. */
    public static final int EACCES = 13;
    /** Too many open files in the system. */
    public static final int ENFILE = 23;
    /** Too many open files in the process. */
    public static final int EMFILE = 24;
    /** Broken pipe: the peer takes no more bytes. */
    public static final int EPIPE = 32;
    /** Address family not supported. */
    public static final int EAFNOSUPPORT = 97;
    /** Address in use. */
    public static final int EADDRINUSE = 98;
    /** No interface has this address, or no local port is free. */
    public static final int EADDRNOTAVAIL = 99;
    /** Network unreachable. */
    public static final int ENETUNREACH = 101;
    /** Connection aborted before it was accepted. */
    public static final int ECONNABORTED = 103;
    /** Connection reset by the peer. */
    public static final int ECONNRESET = 104;
    /** No buffer space. */
    public static final int ENOBUFS = 105;
    /** The socket is not connected. */
    public static final int ENOTCONN = 107;
    /** The peer did not answer in time. */
    public static final int ETIMEDOUT = 110;
    /** Nobody listens there. */
    public static final int ECONNREFUSED = 111;
    /** No route to the host. */
    public static final int EHOSTUNREACH = 113;
    /** The operation was cancelled. */
    public static final int ECANCELED = 125;

    private Errno() {
    }

    /** {@return the symbol of an error number, such as {@code ECONNRESET}, or {@code errno 77} for an unlisted one} */
    public static String name(final int errno) {
        return switch (errno) {
            case 0 -> "none";
            case ENOENT -> "ENOENT";
            case EINTR -> "EINTR";
            case EIO -> "EIO";
            case EAGAIN -> "EAGAIN";
            case ENOMEM -> "ENOMEM";
            case EACCES -> "EACCES";
            case ENFILE -> "ENFILE";
            case EMFILE -> "EMFILE";
            case EPIPE -> "EPIPE";
            case EAFNOSUPPORT -> "EAFNOSUPPORT";
            case EADDRINUSE -> "EADDRINUSE";
            case EADDRNOTAVAIL -> "EADDRNOTAVAIL";
            case ENETUNREACH -> "ENETUNREACH";
            case ECONNABORTED -> "ECONNABORTED";
            case ECONNRESET -> "ECONNRESET";
            case ENOBUFS -> "ENOBUFS";
            case ENOTCONN -> "ENOTCONN";
            case ETIMEDOUT -> "ETIMEDOUT";
            case ECONNREFUSED -> "ECONNREFUSED";
            case EHOSTUNREACH -> "EHOSTUNREACH";
            case ECANCELED -> "ECANCELED";
            default -> "errno " + errno;
        };
    }
}
