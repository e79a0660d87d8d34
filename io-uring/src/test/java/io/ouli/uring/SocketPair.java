package io.ouli.uring;

import io.ouli.ffm.ErrnoCapture;
import io.ouli.ffm.LibcFile;
import io.ouli.ffm.LibcSocket;
import io.ouli.ffm.generated.LibcHeader;
import io.ouli.ffm.generated.sockaddr_in;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A listener of ours on loopback, and peers of the JDK's that connect to it. */
final class SocketPair implements AutoCloseable {
    final int listener;
    final MemorySegment address = Arena.ofAuto().allocate(sockaddr_in.layout());

    private final ErrnoCapture capture = new ErrnoCapture();

    SocketPair() {
        listener = socket();
        sockaddr_in.sin_family(address, (short) LibcHeader.AF_INET);
        address.set(JAVA_BYTE, sockaddr_in.sin_addr$offset(), (byte) 127);
        address.set(JAVA_BYTE, sockaddr_in.sin_addr$offset() + 3, (byte) 1);
        assertEquals(0, LibcSocket.bind(capture, listener, address, 16));
        assertEquals(0, LibcSocket.listen(capture, listener, 64));
        final MemorySegment length = Arena.ofAuto().allocateFrom(JAVA_INT, 16);
        assertEquals(0, LibcSocket.getsockname(capture, listener, address, length));
    }

    int socket() {
        final int fd = LibcSocket.socket(
                capture, LibcHeader.AF_INET, LibcHeader.SOCK_STREAM | LibcHeader.SOCK_CLOEXEC, 0);
        assertTrue(fd >= 0);
        return fd;
    }

    /** Returns the end of a new connection that the JDK holds; {@link #accept} gives the other. */
    SocketChannel peer() throws IOException {
        final int port = Short.toUnsignedInt(Short.reverseBytes(sockaddr_in.sin_port(address)));
        return SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    int accept() {
        final int fd = LibcSocket.acceptBlocking(capture, listener, LibcHeader.SOCK_CLOEXEC);
        assertTrue(fd >= 0);
        return fd;
    }

    void setBufferLength(final int fd, final int option, final int length) {
        final MemorySegment value = Arena.ofAuto().allocateFrom(JAVA_INT, length);
        assertEquals(0, LibcSocket.setsockopt(capture, fd, LibcHeader.SOL_SOCKET, option, value, 4));
    }

    void close(final int fd) {
        LibcFile.close(capture, fd);
    }

    @Override
    public void close() {
        close(listener);
    }
}
