package io.ouli.ffm;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;
import java.util.Objects;

/** The libc calls on sockets. Results are zero or more, or the negative errno; lengths are in bytes. */
public final class LibcSocket {
    private static final MethodHandle SOCKET = Downcall.libc("socket");
    private static final MethodHandle BIND = Downcall.libc("bind");
    private static final MethodHandle LISTEN = Downcall.libc("listen");
    private static final MethodHandle ACCEPT4 = Downcall.libc("accept4");
    private static final MethodHandle CONNECT = Downcall.libc("connect");
    private static final MethodHandle SETSOCKOPT = Downcall.libc("setsockopt");
    private static final MethodHandle GETSOCKOPT = Downcall.libc("getsockopt");
    private static final MethodHandle GETSOCKNAME = Downcall.libc("getsockname");
    private static final MethodHandle GETPEERNAME = Downcall.libc("getpeername");
    private static final MethodHandle RECV = Downcall.libc("recv");
    private static final MethodHandle SEND = Downcall.libc("send");
    private static final MethodHandle SHUTDOWN = Downcall.libc("shutdown");

    private LibcSocket() {
    }

    /** {@return the new socket's descriptor} */
    public static int socket(final ErrnoCapture capture, final int domain, final int type, final int protocol) {
        return Downcall.intResult(Downcall.call(SOCKET, capture, domain, type, protocol), capture);
    }

    /**
     * Gives a socket its address, {@code length} bytes in native memory.
     *
     * @return 0, or a negative errno.
     */
    public static int bind(final ErrnoCapture capture, final int fd, final MemorySegment address, final int length) {
        return withAddress(BIND, capture, fd, address, length);
    }

    /**
     * Lets a socket take connections, of which {@code backlog} may wait.
     *
     * @return 0, or a negative errno.
     */
    public static int listen(final ErrnoCapture capture, final int fd, final int backlog) {
        return Downcall.intResult(Downcall.call(LISTEN, capture, fd, backlog), capture);
    }

    /** Accepts a connection and returns its descriptor; blocks unless the listener is non-blocking. */
    public static int acceptBlocking(final ErrnoCapture capture, final int fd, final int flags) {
        return Downcall.intResult(Downcall.call(ACCEPT4, capture, fd, 0, 0, flags, 0), capture);
    }

    /** Connects; blocks unless the socket is non-blocking. */
    public static int connectBlocking(
            final ErrnoCapture capture, final int fd, final MemorySegment address, final int length) {
        return withAddress(CONNECT, capture, fd, address, length);
    }

    /**
     * Sets an option from {@code length} bytes in native memory.
     *
     * @return 0, or a negative errno.
     */
    public static int setsockopt(
            final ErrnoCapture capture,
            final int fd,
            final int level,
            final int option,
            final MemorySegment value,
            final int length) {
        final long result =
                Downcall.call(SETSOCKOPT, capture, fd, level, option, Downcall.pointer(value), length);
        Reference.reachabilityFence(value);
        return Downcall.intResult(result, capture);
    }

    /** Reads an option; {@code length} is an int in native memory, room on entry and length used on return. */
    public static int getsockopt(
            final ErrnoCapture capture,
            final int fd,
            final int level,
            final int option,
            final MemorySegment value,
            final MemorySegment length) {
        final long result = Downcall.call(
                GETSOCKOPT, capture, fd, level, option, Downcall.pointer(value), Downcall.pointer(length));
        Reference.reachabilityFence(value);
        Reference.reachabilityFence(length);
        return Downcall.intResult(result, capture);
    }

    /** Reads the local address; {@code length} is an int in native memory, room on entry and length used on return. */
    public static int getsockname(
            final ErrnoCapture capture, final int fd, final MemorySegment address, final MemorySegment length) {
        return name(GETSOCKNAME, capture, fd, address, length);
    }

    /** Reads the peer's address; {@code length} is an int in native memory, room on entry and length used on return. */
    public static int getpeername(
            final ErrnoCapture capture, final int fd, final MemorySegment address, final MemorySegment length) {
        return name(GETPEERNAME, capture, fd, address, length);
    }

    /**
     * Receives at most {@code length} bytes into native memory; waits unless {@code flags} has MSG_DONTWAIT.
     *
     * @return how many came, 0 when the peer has finished, or a negative errno.
     */
    public static int recv(
            final ErrnoCapture capture, final int fd, final MemorySegment to, final int length, final int flags) {
        Objects.checkFromIndexSize(0, length, to.byteSize());
        final long result = Downcall.call(RECV, capture, fd, Downcall.pointer(to), length, flags, 0);
        Reference.reachabilityFence(to);
        return (int) Downcall.longResult(result, capture);
    }

    /**
     * Sends {@code length} bytes of native memory; waits for room unless {@code flags} has MSG_DONTWAIT.
     *
     * @return how many were taken, or a negative errno.
     */
    public static int send(
            final ErrnoCapture capture,
            final int fd,
            final MemorySegment from,
            final long offset,
            final int length,
            final int flags) {
        Objects.checkFromIndexSize(offset, length, from.byteSize());
        final long result = Downcall.call(SEND, capture, fd, Downcall.pointer(from) + offset, length, flags, 0);
        Reference.reachabilityFence(from);
        return (int) Downcall.longResult(result, capture);
    }

    /**
     * Ends one direction of a connection or both: SHUT_RD, SHUT_WR, SHUT_RDWR.
     *
     * @return 0, or a negative errno.
     */
    public static int shutdown(final ErrnoCapture capture, final int fd, final int how) {
        return Downcall.intResult(Downcall.call(SHUTDOWN, capture, fd, how), capture);
    }

    private static int withAddress(
            final MethodHandle function,
            final ErrnoCapture capture,
            final int fd,
            final MemorySegment address,
            final int length) {
        final long result = Downcall.call(function, capture, fd, Downcall.pointer(address), length);
        Reference.reachabilityFence(address);
        return Downcall.intResult(result, capture);
    }

    private static int name(
            final MethodHandle function,
            final ErrnoCapture capture,
            final int fd,
            final MemorySegment address,
            final MemorySegment length) {
        final long result =
                Downcall.call(function, capture, fd, Downcall.pointer(address), Downcall.pointer(length));
        Reference.reachabilityFence(address);
        Reference.reachabilityFence(length);
        return Downcall.intResult(result, capture);
    }
}
