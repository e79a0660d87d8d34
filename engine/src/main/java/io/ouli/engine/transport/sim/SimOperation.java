package io.ouli.engine.transport.sim;

import io.ouli.engine.transport.Errno;

/** The operations that can fail, and with what. */
enum SimOperation {
    ACCEPT(Errno.EMFILE, Errno.ECONNABORTED, Errno.ENOMEM),
    CONNECT(Errno.ECONNREFUSED, Errno.ETIMEDOUT, Errno.ENETUNREACH),
    SEND(Errno.ECONNRESET, Errno.EPIPE, Errno.ETIMEDOUT),
    RECEIVE(Errno.ECONNRESET, Errno.ETIMEDOUT, Errno.ENOMEM);

    private final int[] errors;

    SimOperation(final int... errors) {
        this.errors = errors;
    }

    /** {@return one of the errors, chosen by a random number} */
    int error(final int random) {
        return errors[Math.floorMod(random, errors.length)];
    }
}
