package io.ouli.engine.transport;

import io.ouli.engine.core.LazyLogger;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * Tells once a bout that connections wait because files cannot be opened; a bout is over when none failed for a while.
 *
 * <p>For implementations of {@link Transport}. A server at its limit fails, takes one client, and fails again: a line
 * for each of these would fill the log, and so would one for each worker.
 *
 * <p>A program whose {@code java.util.logging} has said nothing before may lose the line: without a descriptor for its
 * settings that starts without handlers, and does not tell. To start it sooner would cost every start a tenth.
 */
public final class DescriptorShortage {
    /** Of the whole process, as the descriptors are. Made with the acceptors: without descriptors no class is found. */
    public static final DescriptorShortage OF_PROCESS = new DescriptorShortage();

    /** So long without a failure ends a bout. */
    static final long QUIET_NANOS = 10_000_000_000L;

    private static final Logger LOGGER = new LazyLogger(DescriptorShortage.class);

    private boolean seen;
    private long lastNanos;

    DescriptorShortage() {
    }

    /**
     * Takes a failure to accept.
     *
     * @param errno says whether it was for want of descriptors.
     */
    public void failed(final int errno, final long nowNanos) {
        if ((errno == Errno.EMFILE || errno == Errno.ENFILE) && begins(nowNanos)) {
            LOGGER.log(Level.WARNING, message(errno));
        }
    }

    /** {@return whether a failure is the first of its bout} */
    synchronized boolean begins(final long nowNanos) {
        final boolean first = !seen || nowNanos - lastNanos > QUIET_NANOS;
        seen = true;
        lastNanos = nowNanos;
        return first;
    }

    /** {@return the line for the log} */
    static String message(final int errno) {
        final String whose = errno == Errno.EMFILE
                ? "this process has too many open files (EMFILE); raise its limit (ulimit -n)"
                : "this machine has too many open files (ENFILE); raise its limit (sysctl fs.file-max)";
        return "new connections wait until others are closed: " + whose;
    }
}
