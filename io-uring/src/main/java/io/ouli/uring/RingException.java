package io.ouli.uring;

import io.ouli.ffm.Errno;

/** A ring could not be set up or entered; the message names the errno and the remedy. */
public final class RingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Of the call that failed, positive. */
    private final int errno;

    RingException(final String action, final int errno) {
        super(action + ": " + Errno.describe(errno));
        this.errno = errno;
    }

    /** {@return the errno, positive} */
    public int errno() {
        return errno;
    }
}
