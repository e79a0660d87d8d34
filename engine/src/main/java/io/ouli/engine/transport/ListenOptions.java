package io.ouli.engine.transport;

/**
 * How a listener is set up.
 *
 * @param backlog   connections that may wait to be accepted.
 * @param reusePort true when several workers listen on one port and the kernel spreads connections over them.
 */
public record ListenOptions(int backlog, boolean reusePort) {
    /** A backlog of 1,024, the port not shared. */
    public static final ListenOptions DEFAULT = new ListenOptions(1_024, false);
}
