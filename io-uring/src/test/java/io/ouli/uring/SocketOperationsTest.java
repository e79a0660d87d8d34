package io.ouli.uring;

import io.ouli.ffm.generated.LibcHeader;
import io.ouli.uring.TestRings.Completion;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class SocketOperationsTest {
    private final Arena arena = Arena.ofAuto();

    @ParameterizedTest
    @MethodSource("io.ouli.uring.TestRings#variants")
    void shouldServeAConnectionFromAcceptToClose(final RingOptions options) throws Exception {
        try (Ring ring = TestRings.open(options); SocketPair sockets = new SocketPair()) {
            final Operations operations = ring.operations();
            operations.accept(sockets.listener, LibcHeader.SOCK_CLOEXEC, 1);
            try (SocketChannel peer = sockets.peer()) {
                final Completion accepted = TestRings.awaitOne(ring);
                assertEquals(1, accepted.userData());
                final int fd = accepted.result();
                assertTrue(fd >= 0);

                final MemorySegment memory = arena.allocate(64);
                operations.recv(fd, memory, 8, 20, 0, 2);
                ring.submitAndWait(0, 0);
                write(peer, "hello");
                assertEquals(5, TestRings.awaitOne(ring).result());
                assertEquals("hello", memory.getString(8));

                operations.send(fd, memory, 8, 5, LibcHeader.MSG_WAITALL, 3);
                assertEquals(5, TestRings.awaitOne(ring).result());
                assertEquals("hello", read(peer, 5));

                operations.shutdown(fd, LibcHeader.SHUT_WR, 4);
                assertEquals(0, TestRings.awaitOne(ring).result());
                assertEquals(-1, peer.read(ByteBuffer.allocate(1)));

                operations.close(fd, 5);
                assertEquals(0, TestRings.awaitOne(ring).result());
                operations.recv(fd, memory, 0, 1, 0, 6);
                assertEquals(-LibcHeader.EBADF, TestRings.awaitOne(ring).result());
            }
        }
    }

    @Test
    void shouldConnect() throws Exception {
        try (Ring ring = TestRings.open(); SocketPair sockets = new SocketPair()) {
            final int fd = sockets.socket();
            ring.operations().connect(fd, sockets.address, 16, 1);
            assertEquals(0, TestRings.awaitOne(ring).result());
            final int other = sockets.accept();
            final MemorySegment memory = arena.allocateFrom("ping");
            ring.operations().send(fd, memory, 0, 4, 0, 2);
            ring.operations().recv(other, memory, 0, 4, 0, 3);
            assertEquals(2, TestRings.await(ring, 2).size());
            sockets.close(other);
            sockets.close(fd);
        }
    }

    @Test
    void shouldReportThatNobodyListens() {
        final SocketPair gone = new SocketPair();
        gone.close();
        final int fd = gone.socket();
        try (Ring ring = TestRings.open()) {
            ring.operations().connect(fd, gone.address, 16, 1);
            assertEquals(-LibcHeader.ECONNREFUSED, TestRings.awaitOne(ring).result());
        }
        gone.close(fd);
    }

    @Test
    void shouldAcceptManyConnectionsWithOneOperation() throws Exception {
        try (Ring ring = TestRings.open(); SocketPair sockets = new SocketPair()) {
            ring.operations().acceptMultishot(sockets.listener, LibcHeader.SOCK_CLOEXEC, 1);
            final List<SocketChannel> peers = new ArrayList<>();
            for (int connection = 0; connection < 3; connection++) {
                peers.add(sockets.peer());
            }
            for (final Completion accepted : TestRings.await(ring, 3)) {
                assertEquals(1, accepted.userData());
                assertTrue(accepted.result() >= 0);
                assertTrue(accepted.hasMore());
                sockets.close(accepted.result());
            }
            assertEquals(1, ring.inFlight());
            ring.operations().cancel(1, 2);
            final List<Completion> ended = TestRings.await(ring, 2);
            final Completion last = ended.stream().filter(one -> one.userData() == 1).findFirst().orElseThrow();
            assertEquals(-LibcHeader.ECANCELED, last.result());
            assertFalse(last.hasMore());
            assertEquals(0, ring.inFlight());
            for (final SocketChannel peer : peers) {
                peer.close();
            }
        }
    }

    @Test
    void shouldCancelEverythingOnADescriptor() throws Exception {
        try (Ring ring = TestRings.open(); SocketPair sockets = new SocketPair(); SocketChannel peer = sockets.peer()) {
            final int fd = sockets.accept();
            final MemorySegment memory = arena.allocate(64);
            ring.operations().recv(fd, memory, 0, 8, 0, 1);
            ring.operations().recv(fd, memory, 8, 8, 0, 2);
            ring.operations().poll(fd, LibcHeader.POLLIN, 3);
            ring.submitAndWait(0, 0);
            ring.operations().cancelAll(fd, 4);
            int cancelled = 0;
            for (final Completion completion : TestRings.await(ring, 4)) {
                if (completion.userData() == 4) {
                    assertEquals(3, completion.result());
                } else {
                    assertEquals(-LibcHeader.ECANCELED, completion.result());
                    cancelled++;
                }
            }
            assertEquals(3, cancelled);
            ring.operations().cancel(99, 5);
            assertEquals(-LibcHeader.ENOENT, TestRings.awaitOne(ring).result());
            assertTrue(peer.isConnected());
            sockets.close(fd);
        }
    }

    @Test
    void shouldPollForReadiness() throws Exception {
        try (Ring ring = TestRings.open(); SocketPair sockets = new SocketPair(); SocketChannel peer = sockets.peer()) {
            final int fd = sockets.accept();
            ring.operations().poll(fd, LibcHeader.POLLIN, 1);
            ring.submitAndWait(0, 0);
            write(peer, "x");
            assertEquals(LibcHeader.POLLIN, TestRings.awaitOne(ring).result());
            sockets.close(fd);
        }
    }

    @Test
    void shouldSendPartsInOrderAndCarryOnShortSends() throws Exception {
        final byte[] content = new byte[6_000_000];
        new Random(3).nextBytes(content);
        final MemorySegment source = arena.allocate(content.length).copyFrom(MemorySegment.ofArray(content));
        try (Ring ring = TestRings.open(); SocketPair sockets = new SocketPair(); SocketChannel peer = sockets.peer()) {
            final int fd = sockets.accept();
            sockets.setBufferLength(fd, LibcHeader.SO_SNDBUF, 64 * 1_024);
            final GatherMessage message = new GatherMessage(4);
            message.add(source, 0, 1);
            message.add(source, 1, 2_000_000);
            message.add(source, 2_000_001, 0);
            message.add(source, 2_000_001, 3_999_999);
            assertThrows(IllegalStateException.class, () -> message.add(source, 0, 1));
            assertEquals(content.length, message.remaining());
            final ByteBuffer received = ByteBuffer.allocate(content.length);
            int sends = 0;
            while (message.remaining() > 0) {
                ring.operations().sendMessage(fd, message, 0, 1);
                ring.submitAndWait(0, 0);
                if (sends++ > 0) {
                    while (received.position() < content.length - message.remaining()) {
                        assertTrue(peer.read(received) > 0);
                    }
                }
                final int result = TestRings.awaitOne(ring).result();
                assertTrue(result > 0, () -> "result " + result);
                message.advance(result);
            }
            while (received.hasRemaining()) {
                assertTrue(peer.read(received) > 0);
            }
            assertTrue(sends > 1, "one send took all; it was meant to be short");
            assertEquals(0, message.parts());
            assertArrayEquals(content, received.array());
            sockets.close(fd);
        }
    }

    @Test
    void shouldReportAPeerThatHasGone() throws Exception {
        try (Ring ring = TestRings.open(); SocketPair sockets = new SocketPair()) {
            final SocketChannel peer = sockets.peer();
            final int fd = sockets.accept();
            peer.setOption(StandardSocketOptions.SO_LINGER, 0);
            peer.close();
            final MemorySegment memory = arena.allocate(8);
            ring.operations().recv(fd, memory, 0, 8, 0, 1);
            assertEquals(-LibcHeader.ECONNRESET, TestRings.awaitOne(ring).result());
            ring.operations().send(fd, memory, 0, 8, 0, 2);
            assertEquals(-LibcHeader.EPIPE, TestRings.awaitOne(ring).result());
            sockets.close(fd);
        }
    }

    @Test
    void shouldCancelWhatIsPendingWhenTheRingIsClosed() throws Exception {
        try (SocketPair sockets = new SocketPair(); SocketChannel peer = sockets.peer()) {
            final Ring ring = TestRings.open();
            final int fd = sockets.accept();
            final ProvidedBufferRing buffers = ring.openBufferRing(0, 4, 64);
            ring.operations().acceptMultishot(sockets.listener, 0, 1);
            ring.operations().recvMultishot(fd, buffers, 2);
            ring.submitAndWait(0, 0);
            // Prepared, and not even handed over.
            ring.operations().poll(fd, LibcHeader.POLLIN, 3);
            final List<Completion> last = new ArrayList<>();
            assertTrue(ring.close(
                    (userData, result, flags) -> last.add(new Completion(userData, result, flags)),
                    TestRings.SECONDS_60));
            assertEquals(3, last.size());
            for (final Completion completion : last) {
                assertEquals(-LibcHeader.ECANCELED, completion.result());
            }
            assertThrows(IllegalStateException.class, () -> buffers.segment().get(JAVA_BYTE, 0));
            assertTrue(peer.isConnected());
            sockets.close(fd);
        }
    }

    @Test
    void shouldRefuseMemoryThatTheKernelMustNotTouch() {
        try (Ring ring = TestRings.open()) {
            final MemorySegment memory = arena.allocate(8);
            final Operations operations = ring.operations();
            assertThrows(IndexOutOfBoundsException.class, () -> operations.recv(0, memory, 1, 8, 0, 1));
            assertThrows(IndexOutOfBoundsException.class, () -> operations.send(0, memory, -1, 8, 0, 1));
            final MemorySegment heap = MemorySegment.ofArray(new byte[8]);
            assertThrows(IllegalArgumentException.class, () -> operations.read(0, heap, 0, 8, 0, 1));
            assertEquals(0, ring.inFlight());
        }
    }

    private static void write(final SocketChannel peer, final String text) throws IOException {
        peer.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
    }

    private static String read(final SocketChannel peer, final int length) throws IOException {
        final ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining() && peer.read(buffer) >= 0) {
            Thread.onSpinWait();
        }
        return new String(buffer.array(), 0, buffer.position(), StandardCharsets.ISO_8859_1);
    }
}
