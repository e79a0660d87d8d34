package io.ouli.ffm;

import io.ouli.ffm.generated.LibcHeader;
import io.ouli.ffm.generated.sockaddr_in;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class LibcSocketTest {
    private final ErrnoCapture capture = new ErrnoCapture();
    private final Arena arena = Arena.ofAuto();
    private final MemorySegment option = arena.allocate(JAVA_INT);
    private final MemorySegment length = arena.allocate(JAVA_INT);

    @Test
    void shouldCarryBytesOverLoopback() {
        final int listener = tcpSocket();
        final MemorySegment address = loopback();
        option.set(JAVA_INT, 0, 1);
        assertEquals(0, LibcSocket.setsockopt(
                capture, listener, LibcHeader.SOL_SOCKET, LibcHeader.SO_REUSEPORT, option, 4));
        assertEquals(0, LibcSocket.bind(capture, listener, address, 16));
        assertEquals(0, LibcSocket.listen(capture, listener, 8));
        length.set(JAVA_INT, 0, 16);
        assertEquals(0, LibcSocket.getsockname(capture, listener, address, length));
        assertEquals(16, length.get(JAVA_INT, 0));
        assertNotEquals(0, sockaddr_in.sin_port(address));

        final int client = tcpSocket();
        assertEquals(0, LibcSocket.connectBlocking(capture, client, address, 16));
        final int server = LibcSocket.acceptBlocking(capture, listener, LibcHeader.SOCK_CLOEXEC);
        assertTrue(server >= 0);
        final MemorySegment peer = arena.allocate(sockaddr_in.layout());
        assertEquals(0, LibcSocket.getpeername(capture, client, peer, length));
        assertEquals(sockaddr_in.sin_port(address), sockaddr_in.sin_port(peer));

        final MemorySegment received = arena.allocate(16);
        assertEquals(-LibcHeader.EAGAIN, LibcSocket.recv(capture, server, received, 16, LibcHeader.MSG_DONTWAIT));
        assertEquals(5, LibcFile.writeBlocking(capture, client, arena.allocateFrom("hello"), 5));
        assertEquals(5, LibcFile.readBlocking(capture, server, received, 16));
        assertEquals("hello", received.getString(0));
        assertEquals(6, LibcFile.writeBlocking(capture, client, arena.allocateFrom("again!"), 6));
        assertEquals(6, LibcSocket.recv(capture, server, received, 16, 0));
        assertEquals("again!", received.getString(0));
        assertThrows(IndexOutOfBoundsException.class, () -> LibcSocket.recv(capture, server, received, 17, 0));
        assertEquals(4, LibcSocket.send(capture, server, arena.allocateFrom("a reply"), 2, 4, LibcHeader.MSG_NOSIGNAL));
        assertEquals(4, LibcSocket.recv(capture, client, received, 16, 0));
        received.set(JAVA_BYTE, 4, (byte) 0);
        assertEquals("repl", received.getString(0));
        assertThrows(IndexOutOfBoundsException.class, () -> LibcSocket.send(capture, client, received, 10, 7, 0));
        assertEquals(0, LibcSocket.shutdown(capture, client, LibcHeader.SHUT_WR));
        assertEquals(0, LibcFile.readBlocking(capture, server, received, 16));

        LibcFile.close(capture, server);
        LibcFile.close(capture, client);
        LibcFile.close(capture, listener);
    }

    @Test
    void shouldReadBackOption() {
        final int fd = tcpSocket();
        option.set(JAVA_INT, 0, 1);
        assertEquals(0, LibcSocket.setsockopt(
                capture, fd, LibcHeader.IPPROTO_TCP, LibcHeader.TCP_NODELAY, option, 4));
        option.set(JAVA_INT, 0, 0);
        length.set(JAVA_INT, 0, 4);
        assertEquals(0, LibcSocket.getsockopt(
                capture, fd, LibcHeader.IPPROTO_TCP, LibcHeader.TCP_NODELAY, option, length));
        assertEquals(1, option.get(JAVA_INT, 0));
        LibcFile.close(capture, fd);
    }

    @Test
    void shouldReturnNegativeErrno() {
        assertEquals(-LibcHeader.EAFNOSUPPORT, LibcSocket.socket(capture, 12_345, 1, 0));
        assertEquals(-LibcHeader.EBADF, LibcSocket.listen(capture, -1, 1));
        assertEquals(-LibcHeader.EBADF, LibcSocket.shutdown(capture, -1, 2));
        assertEquals(-LibcHeader.EBADF, LibcSocket.acceptBlocking(capture, -1, 0));
        assertEquals(-LibcHeader.EBADF, LibcSocket.bind(capture, -1, loopback(), 16));
        assertEquals(-LibcHeader.EBADF, LibcSocket.connectBlocking(capture, -1, loopback(), 16));
        final int fd = tcpSocket();
        final MemorySegment privileged = loopback();
        privileged.set(JAVA_BYTE, sockaddr_in.sin_addr$offset(), (byte) 8);
        assertEquals(-LibcHeader.EADDRNOTAVAIL, LibcSocket.bind(capture, fd, privileged, 16));
        LibcFile.close(capture, fd);
    }

    private int tcpSocket() {
        final int fd = LibcSocket.socket(
                capture, LibcHeader.AF_INET, LibcHeader.SOCK_STREAM | LibcHeader.SOCK_CLOEXEC, 0);
        assertTrue(fd >= 0);
        return fd;
    }

    /** 127.0.0.1, port 0. */
    private MemorySegment loopback() {
        final MemorySegment address = arena.allocate(sockaddr_in.layout());
        sockaddr_in.sin_family(address, (short) LibcHeader.AF_INET);
        address.set(JAVA_BYTE, sockaddr_in.sin_addr$offset(), (byte) 127);
        address.set(JAVA_BYTE, sockaddr_in.sin_addr$offset() + 3, (byte) 1);
        return address;
    }
}
