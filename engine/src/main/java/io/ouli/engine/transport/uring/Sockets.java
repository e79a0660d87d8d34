package io.ouli.engine.transport.uring;

import io.ouli.engine.transport.Errno;
import io.ouli.engine.transport.ListenOptions;
import io.ouli.engine.transport.TransportException;
import io.ouli.ffm.ErrnoCapture;
import io.ouli.ffm.LibcFile;
import io.ouli.ffm.LibcSocket;
import io.ouli.ffm.generated.LibcHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;

/**
 * Makes sockets and reads their addresses with plain calls, none of which can block; all descriptors are left in
 * blocking mode, as io_uring wants them.
 *
 * <p>Layout of an address, IPv4 in 16 bytes, IPv6 in 28:
 * <pre>
 *   family 2 | port 2, big-endian | IPv4 address 4 | zero 8
 *   family 2 | port 2, big-endian | flow 4 | IPv6 address 16 | scope 4
 * </pre>
 */
final class Sockets {
    /** Bytes of the larger of both addresses, rounded up. */
    static final int ADDRESS_BYTES = 32;
    private static final int IPV4_LENGTH = 16;
    private static final int IPV6_LENGTH = 28;
    private static final long PORT_OFFSET = 2;
    private static final long IPV4_OFFSET = 4;
    private static final long IPV6_OFFSET = 8;
    private static final long SCOPE_OFFSET = 24;
    private static final ValueLayout.OfShort PORT = ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);
    private static final int IPV4_BYTES = 4;
    private static final int IPV6_BYTES = 16;
    /** The same on every processor (2.6.13). */
    private static final int TCP_CONGESTION = 13;
    /** Always there, and always allowed. */
    private static final String RENO = "reno";

    private final ErrnoCapture capture = new ErrnoCapture();
    private final MemorySegment intValue = Arena.ofAuto().allocate(ValueLayout.JAVA_INT);
    private final MemorySegment reno = Arena.ofAuto().allocateFrom(RENO);
    private final MemorySegment address = Arena.ofAuto().allocate(ADDRESS_BYTES, Long.BYTES);

    /**
     * Binds and listens; TCP options are set here because Linux hands them down to every accepted connection.
     *
     * @return the descriptor.
     * @throws TransportException if the kernel refuses; names the address and the remedy.
     */
    int listen(final InetSocketAddress at, final ListenOptions options) {
        final int fd = open(at);
        if (fd < 0) {
            throw TransportException.listen(at, -fd, null);
        }
        int result = set(fd, LibcHeader.SOL_SOCKET(), LibcHeader.SO_REUSEADDR(), 1);
        if (result >= 0 && options.reusePort()) {
            result = set(fd, LibcHeader.SOL_SOCKET(), LibcHeader.SO_REUSEPORT(), 1);
        }
        if (result >= 0) {
            result = set(fd, LibcHeader.IPPROTO_TCP(), LibcHeader.TCP_NODELAY(), 1);
        }
        controlCongestionSimply(fd, at);
        if (result >= 0 && at.getAddress() instanceof Inet6Address) {
            result = set(fd, LibcHeader.IPPROTO_IPV6(), LibcHeader.IPV6_V6ONLY(), 0);
        }
        if (result >= 0) {
            result = LibcSocket.bind(capture, fd, address, write(at, address));
        }
        if (result >= 0) {
            result = LibcSocket.listen(capture, fd, options.backlog());
        }
        if (result < 0) {
            close(fd);
            throw TransportException.listen(at, -result, null);
        }
        return fd;
    }

    /** Makes a socket that can be connected to an address; returns its descriptor or the negative errno. */
    int forConnecting(final InetSocketAddress to) {
        final int fd = open(to);
        if (fd >= 0) {
            // It cannot fail on a fresh TCP socket, and without it the connection would be slow, not wrong.
            set(fd, LibcHeader.IPPROTO_TCP(), LibcHeader.TCP_NODELAY(), 1);
            controlCongestionSimply(fd, to);
        }
        return fd;
    }

    /**
     * Inside one machine nothing is congested, and a host's BBR, which measures bandwidth and sends at intervals, took
     * 3 % of a worker's time. To other machines the host's choice stands. If it cannot be, nothing is lost.
     */
    private void controlCongestionSimply(final int fd, final InetSocketAddress at) {
        if (at.getAddress().isLoopbackAddress()) {
            LibcSocket.setsockopt(capture, fd, LibcHeader.IPPROTO_TCP(), TCP_CONGESTION, reno, RENO.length());
        }
    }

    private int open(final InetSocketAddress at) {
        final int family = at.getAddress() instanceof Inet6Address ? LibcHeader.AF_INET6() : LibcHeader.AF_INET();
        return LibcSocket.socket(capture, family, LibcHeader.SOCK_STREAM() | LibcHeader.SOCK_CLOEXEC(), 0);
    }

    private int set(final int fd, final int level, final int option, final int value) {
        intValue.set(ValueLayout.JAVA_INT, 0, value);
        return LibcSocket.setsockopt(capture, fd, level, option, intValue, Integer.BYTES);
    }

    /** {@return the address that a socket is bound to} */
    InetSocketAddress localAddress(final int fd) {
        intValue.set(ValueLayout.JAVA_INT, 0, ADDRESS_BYTES);
        final int result = LibcSocket.getsockname(capture, fd, address, intValue);
        if (result < 0) {
            throw new TransportException("the address of a listener cannot be read: " + Errno.name(-result));
        }
        return read(address);
    }

    /** Sends FIN, or wakes whatever waits on the socket; returns 0 or the negative errno. */
    int shutdown(final int fd, final int how) {
        return LibcSocket.shutdown(capture, fd, how);
    }

    /** Closes a descriptor that no operation holds. */
    void close(final int fd) {
        LibcFile.close(capture, fd);
    }

    /** Writes an address; returns its length. */
    static int write(final InetSocketAddress from, final MemorySegment to) {
        to.fill((byte) 0);
        // Segments, as the JDK spins a class for the first copy from or into an array.
        final MemorySegment bytes = MemorySegment.ofArray(from.getAddress().getAddress());
        to.set(PORT, PORT_OFFSET, (short) from.getPort());
        if (from.getAddress() instanceof Inet6Address ipv6) {
            to.set(ValueLayout.JAVA_SHORT, 0, (short) LibcHeader.AF_INET6());
            MemorySegment.copy(bytes, 0, to, IPV6_OFFSET, IPV6_BYTES);
            to.set(ValueLayout.JAVA_INT, SCOPE_OFFSET, ipv6.getScopeId());
            return IPV6_LENGTH;
        }
        to.set(ValueLayout.JAVA_SHORT, 0, (short) LibcHeader.AF_INET());
        MemorySegment.copy(bytes, 0, to, IPV4_OFFSET, IPV4_BYTES);
        return IPV4_LENGTH;
    }

    /** Reads an address. */
    static InetSocketAddress read(final MemorySegment from) {
        final boolean ipv6 = from.get(ValueLayout.JAVA_SHORT, 0) == LibcHeader.AF_INET6();
        final byte[] bytes = new byte[ipv6 ? IPV6_BYTES : IPV4_BYTES];
        MemorySegment.copy(
                from, ipv6 ? IPV6_OFFSET : IPV4_OFFSET, MemorySegment.ofArray(bytes), 0, bytes.length);
        try {
            return new InetSocketAddress(InetAddress.getByAddress(bytes), from.get(PORT, PORT_OFFSET) & 0xffff);
        } catch (final UnknownHostException e) {
            throw new AssertionError("an address of 4 or 16 bytes is always legal", e);
        }
    }
}
