package io.ouli.engine.transport.uring;

import io.ouli.uring.UserData;
import java.net.InetSocketAddress;

/** One listening socket. */
final class UringListener {
    final int id;
    final int fd;
    final InetSocketAddress localAddress;
    /** An accept is with the kernel. */
    boolean armed;
    boolean closing;
    /** The kernel has been told to close the descriptor: it may be another file's by now. */
    boolean closeSubmitted;

    UringListener(final int id, final int fd, final InetSocketAddress localAddress) {
        this.id = id;
        this.fd = fd;
        this.localAddress = localAddress;
    }

    /** {@return the user data of one of this listener's operations} */
    long userData(final int op) {
        return UserData.pack(id, op, 0);
    }
}
