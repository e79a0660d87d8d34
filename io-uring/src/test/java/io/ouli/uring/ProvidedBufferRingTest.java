package io.ouli.uring;

import io.ouli.ffm.generated.LibcHeader;
import io.ouli.uring.TestRings.Completion;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ProvidedBufferRingTest {
    @ParameterizedTest
    @MethodSource("io.ouli.uring.TestRings#variants")
    void shouldReceiveAStreamThroughFewBuffers(final RingOptions options) throws Exception {
        final byte[] content = new byte[300_000];
        new Random(5).nextBytes(content);
        try (Ring ring = TestRings.open(options); SocketPair sockets = new SocketPair();
                SocketChannel peer = sockets.peer()) {
            final int fd = sockets.accept();
            final ProvidedBufferRing buffers = ring.openBufferRing(3, 8, 1_000);
            final Thread writer = new Thread(() -> {
                try {
                    final ByteBuffer source = ByteBuffer.wrap(content);
                    while (source.hasRemaining()) {
                        peer.write(source);
                    }
                    peer.shutdownOutput();
                } catch (final Exception failure) {
                    throw new IllegalStateException(failure);
                }
            });
            writer.start();
            final byte[] received = new byte[content.length];
            final int[] length = {0};
            final boolean[] ended = {false};
            final CompletionHandler handler = (userData, result, flags) -> {
                if (result > 0) {
                    final int id = buffers.take(flags);
                    final long offset = buffers.offset(id);
                    for (int index = 0; index < result; index++) {
                        received[length[0]++] = buffers.segment().get(JAVA_BYTE, offset + index);
                    }
                    buffers.recycle(id);
                } else if (result == 0) {
                    ended[0] = true;
                } else {
                    // Eight buffers may run out; all of them are back by now.
                    assertEquals(-LibcHeader.ENOBUFS, result);
                }
                if (!Completions.hasMore(flags) && !ended[0]) {
                    buffers.publish();
                    ring.operations().recvMultishot(fd, buffers, 1);
                }
            };
            ring.operations().recvMultishot(fd, buffers, 1);
            while (!ended[0]) {
                assertTrue(ring.submitAndWait(1, TestRings.SECONDS_60) > 0);
                ring.reap(handler, 64);
                buffers.publish();
            }
            writer.join();
            assertEquals(content.length, length[0]);
            assertArrayEquals(content, received);
            assertEquals(0, buffers.outstanding());
            assertEquals(0, ring.inFlight());
            sockets.close(fd);
        }
    }

    @Test
    void shouldEndWithNoBufferLeftAndGoOnOnceOneCameBack() throws Exception {
        try (Ring ring = TestRings.open(); SocketPair sockets = new SocketPair(); SocketChannel peer = sockets.peer()) {
            final int fd = sockets.accept();
            final ProvidedBufferRing buffers = ring.openBufferRing(0, 2, 4);
            assertEquals(2, buffers.buffers());
            assertEquals(4, buffers.bufferLength());
            peer.write(ByteBuffer.wrap("abcdefghij".getBytes()));
            ring.operations().recvMultishot(fd, buffers, 1);
            final List<Completion> first = TestRings.await(ring, 3);
            assertEquals(List.of(4, 4, -LibcHeader.ENOBUFS), first.stream().map(Completion::result).toList());
            assertFalse(first.get(2).hasMore());
            final int one = buffers.take(first.get(0).flags());
            final int two = buffers.take(first.get(1).flags());
            assertEquals(2, buffers.outstanding());
            assertEquals('a', buffers.segment().get(JAVA_BYTE, buffers.offset(one)));
            assertEquals('e', buffers.segment().get(JAVA_BYTE, buffers.offset(two)));

            buffers.recycle(two);
            ring.operations().recvSelect(fd, buffers, 0, 2);
            assertEquals(-LibcHeader.ENOBUFS, TestRings.awaitOne(ring).result(), "recycled, and not yet published");
            buffers.publish();
            ring.operations().recvSelect(fd, buffers, 0, 3);
            final Completion last = TestRings.awaitOne(ring);
            assertEquals(2, last.result());
            assertEquals(two, buffers.take(last.flags()));
            assertEquals('i', buffers.segment().get(JAVA_BYTE, buffers.offset(two)));
            sockets.close(fd);
        }
    }

    @Test
    void shouldRefuseBuffersHandedBackTwice() throws Exception {
        try (Ring ring = TestRings.open()) {
            final ProvidedBufferRing buffers = ring.openBufferRing(0, 2, 4);
            assertThrows(AssertionError.class, () -> buffers.recycle(0));
        }
    }

    @Test
    void shouldNameWhatIsWrongWithItsSize() {
        try (Ring ring = TestRings.open()) {
            assertThrows(IllegalArgumentException.class, () -> ring.openBufferRing(0, 3, 64));
            assertThrows(IllegalArgumentException.class, () -> ring.openBufferRing(0, 65_536, 64));
            assertThrows(IllegalArgumentException.class, () -> ring.openBufferRing(65_536, 8, 64));
            assertThrows(IllegalArgumentException.class, () -> ring.openBufferRing(0, 8, 0));
            ring.openBufferRing(7, 8, 64);
            final RingException twice = assertThrows(RingException.class, () -> ring.openBufferRing(7, 8, 64));
            assertEquals(LibcHeader.EEXIST, twice.errno());
            assertEquals(32_768, ring.openBufferRing(8, 32_768, 16).buffers());
        }
    }

    @Test
    void shouldBeRefusedWhenSwitchedOff() {
        final RingOptions options = RingOptions.DEFAULT.withEntries(8, 64).without(RingFeature.BUFFER_RING);
        try (Ring ring = TestRings.open(options)) {
            final String message =
                    assertThrows(UnsupportedOperationException.class, () -> ring.openBufferRing(0, 8, 64)).getMessage();
            assertTrue(message.contains("not used: ") && message.contains("BUFFER_RING"), message);
            assertEquals(0, ring.submitAndWait(1, TimeUnit.MILLISECONDS.toNanos(1)));
        }
    }
}
