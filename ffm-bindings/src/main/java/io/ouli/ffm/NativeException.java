package io.ouli.ffm;

/** A call into the kernel failed; the message names what was tried, the errno and, where there is one, the remedy. */
public final class NativeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Of the call that failed, positive. */
    private final int errno;

    /**
     * Describes a failed call.
     *
     * @param action what could not be done, such as "cannot bind 127.0.0.1:80".
     * @param errno  positive.
     */
    public NativeException(final String action, final int errno) {
        super(action + ": " + Errno.describe(errno));
        this.errno = errno;
    }

    /** {@return the errno, positive} */
    public int errno() {
        return errno;
    }
}
