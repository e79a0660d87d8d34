package io.ouli.engine.transport;

import io.ouli.engine.transport.ContractHandler.Seen;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What every transport must do; one subclass for each implementation and for each of its kill switches. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
abstract class TransportContractTest extends ConnectionContract {
    private static final int BIG = 100 << 20;

    /** Returns how many bytes the bulk transfers move; the kill switches make do with less. */
    int bulkBytes() {
        return BIG;
    }

    @Test
    void shouldEchoWhatItReceives() {
        final ContractPeer peer = network.connect(listen());
        final Seen seen = accepted(0);
        for (int round = 1; round <= 3; round++) {
            final byte[] message = ("hello " + round).getBytes(StandardCharsets.US_ASCII);
            final long expected = seen.receivedBytes + message.length;
            writeFully(peer, message);
            pump(() -> seen.receivedBytes == expected, "receiving");
            final MemorySegment copy = nativeCopy(seen.bytes());
            transport.write(seen.id, copy, expected - message.length, message.length);
            transport.flush(seen.id);
            assertArrayEquals(message, readExactly(peer, message.length));
            final int sends = round;
            pump(() -> seen.sent == sends, "onSent");
        }
    }

    @Test
    void shouldServeManyConnections() {
        final InetSocketAddress address = listen();
        final List<ContractPeer> peers = new ArrayList<>();
        for (int i = 0; i < OPTIONS.maxConnections(); i++) {
            peers.add(network.connect(address));
            accepted(i);
        }
        assertEquals(OPTIONS.maxConnections(), transport.connectionCount());
        for (int i = 0; i < peers.size(); i++) {
            writeFully(peers.get(i), randomBytes(i, 1_000));
        }
        pump(() -> handler.all.stream().allMatch(seen -> seen.receivedBytes == 1_000), "all messages");
        for (int i = 0; i < peers.size(); i++) {
            final Seen seen = handler.accepted().get(i);
            assertArrayEquals(randomBytes(i, 1_000), seen.bytes());
            send(seen, nativeCopy(seen.bytes()));
        }
        for (int i = 0; i < peers.size(); i++) {
            assertArrayEquals(randomBytes(i, 1_000), readExactly(peers.get(i), 1_000));
        }
        pump(() -> handler.all.stream().allMatch(seen -> seen.sent == 1), "onSent of all");
    }

    @Test
    void shouldGatherEverySplitOfAMessage() {
        final ContractPeer peer = network.connect(listen());
        final Seen seen = accepted(0);
        final byte[] message = randomBytes(7, 64);
        final MemorySegment bytes = nativeCopy(message);
        for (int split = 1; split < message.length; split++) {
            transport.write(seen.id, bytes, 0, split);
            transport.write(seen.id, bytes, split, message.length - split);
            transport.flush(seen.id);
            assertArrayEquals(message, readExactly(peer, message.length), "split at " + split);
            final int sends = split;
            pump(() -> seen.sent == sends, "onSent");
        }
    }

    @Test
    void shouldGatherPartsOfEverySizeInOrder() {
        final ContractPeer peer = network.connect(listen());
        final Seen seen = accepted(0);
        final int[] sizes = {1, 8_191, 8_192, 8_193, 100, 65_536, 7, 131_072, 8_192, 1, 200_000, 3};
        final byte[] message = randomBytes(8, Arrays.stream(sizes).sum());
        final MemorySegment bytes = nativeCopy(message);
        for (int first = 0; first < sizes.length; first++) {
            long offset = 0;
            for (int i = 0; i < Transport.MAX_PARTS; i++) {
                final long length = Math.min(sizes[(first + i) % sizes.length], message.length - offset);
                if (length > 0) {
                    transport.write(seen.id, bytes, offset, length);
                    offset += length;
                }
            }
            transport.flush(seen.id);
            assertArrayEquals(Arrays.copyOf(message, (int) offset), readExactly(peer, (int) offset));
            final int sends = first + 1;
            pump(() -> seen.sent == sends, "onSent");
        }
    }

    @Test
    void shouldSendInBulkToASlowReader() {
        final int total = bulkBytes();
        final ContractPeer peer = network.connect(listen());
        final Seen seen = accepted(0);
        final byte[] message = randomBytes(9, total);
        send(seen, nativeCopy(message));
        pumpFor(20 * MILLI);
        assertEquals(0, seen.sent, "nobody has read, so the send cannot be over");
        final byte[] read = new byte[total];
        int count = 0;
        for (int turn = 0; count < total; turn++) {
            // Reads little at first, so that the transport meets a full socket again and again.
            final int most = turn < 50 ? 10_000 : 1 << 20;
            final int length = peer.read(read, count, Math.min(most, total - count));
            assertTrue(length >= 0);
            count += length;
            poll(length == 0 ? MILLI : 0);
        }
        assertArrayEquals(message, read);
        pump(() -> seen.sent == 1, "onSent");
        assertEquals(total, transport.counters().sentBytes());
    }

    @Test
    void shouldReceiveInBulkAndSlowly() {
        final int total = bulkBytes();
        final ContractPeer peer = network.connect(listen());
        final Seen seen = accepted(0);
        final byte[] message = randomBytes(10, total);
        seen.received = new byte[total];
        int count = 0;
        for (int turn = 0; seen.receivedBytes < total; turn++) {
            final int written = count == total ? 0 : peer.write(message, count, Math.min(1 << 20, total - count));
            assertTrue(written >= 0);
            count += written;
            if (turn % 16 == 0) {
                transport.pauseReceive(seen.id);
            } else if (turn % 16 == 4) {
                transport.resumeReceive(seen.id);
            }
            poll(0);
        }
        assertArrayEquals(message, seen.bytes());
        assertEquals(total, transport.counters().receivedBytes());
    }

    @Test
    void shouldReceiveThroughFewSmallBuffers() {
        reopen(OPTIONS.withReceiveBuffers(2, 512), new ContractHandler());
        final InetSocketAddress address = listen();
        final List<ContractPeer> peers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            peers.add(network.connect(address));
            accepted(i);
        }
        for (int i = 0; i < 8; i++) {
            writeFully(peers.get(i), randomBytes(i, 20_000));
        }
        pump(() -> handler.all.stream().allMatch(seen -> seen.receivedBytes == 20_000), "all messages");
        for (int i = 0; i < 8; i++) {
            assertArrayEquals(randomBytes(i, 20_000), handler.accepted().get(i).bytes());
        }
    }

    @Test
    void shouldHoldBytesBackWhilePaused() {
        final ContractPeer peer = network.connect(listen());
        final Seen seen = accepted(0);
        transport.pauseReceive(seen.id);
        transport.pauseReceive(seen.id);
        pumpFor(20 * MILLI);
        writeFully(peer, randomBytes(1, 100));
        pumpFor(20 * MILLI);
        final long early = seen.receivedBytes;
        writeFully(peer, randomBytes(2, 100));
        pumpFor(20 * MILLI);
        assertEquals(early, seen.receivedBytes, "delivered though paused");
        transport.resumeReceive(seen.id);
        transport.resumeReceive(seen.id);
        pump(() -> seen.receivedBytes == 200, "receiving after resume");
        writeFully(peer, randomBytes(3, 100));
        pump(() -> seen.receivedBytes == 300, "receiving on");
    }

    @Test
    void shouldStaySteadyWhenPausedAndResumedInOneTurn() {
        final ContractPeer peer = network.connect(listen());
        final Seen seen = accepted(0);
        for (int round = 1; round <= 100; round++) {
            transport.pauseReceive(seen.id);
            if (round % 3 == 0) {
                poll(0);
            }
            transport.resumeReceive(seen.id);
            if (round % 7 == 0) {
                transport.pauseReceive(seen.id);
                transport.resumeReceive(seen.id);
            }
            writeFully(peer, new byte[10]);
            final long expected = round * 10L;
            pump(() -> seen.receivedBytes == expected, "receiving in round " + round);
        }
    }

    @Test
    void shouldSendAfterThePeerHasFinished() {
        final ContractPeer peer = network.connect(listen());
        final Seen seen = accepted(0);
        writeFully(peer, new byte[10]);
        peer.shutdownOutput();
        pump(() -> seen.ended, "onReceiveEnd");
        assertEquals(10, seen.receivedBytes);
        send(seen, nativeCopy(randomBytes(3, 5_000)));
        assertArrayEquals(randomBytes(3, 5_000), readExactly(peer, 5_000));
        pump(() -> seen.sent == 1, "onSent");
        close(seen);
        assertEquals(ContractPeer.END, readEnd(peer));
        pump(() -> seen.closed, "onClosed");
        assertEquals(0, seen.cause);
    }

    @Test
    void shouldReceiveAfterItsOwnFin() {
        final ContractPeer peer = network.connect(listen());
        final Seen seen = accepted(0);
        transport.shutdownOutput(seen.id);
        transport.shutdownOutput(seen.id);
        assertEquals(ContractPeer.END, readEnd(peer));
        writeFully(peer, new byte[1_000]);
        pump(() -> seen.receivedBytes == 1_000, "receiving after FIN");
        final MemorySegment bytes = nativeCopy(new byte[1]);
        assertThrows(IllegalStateException.class, () -> transport.write(seen.id, bytes, 0, 1));
        peer.shutdownOutput();
        pump(() -> seen.ended, "onReceiveEnd");
        close(seen);
        pump(() -> seen.closed, "onClosed");
        assertEquals(0, transport.connectionCount());
    }

    @Test
    void shouldSendFinOnlyAfterTheSendInFlight() {
        final ContractPeer peer = network.connect(listen());
        final Seen seen = accepted(0);
        final byte[] message = randomBytes(4, 8 << 20);
        send(seen, nativeCopy(message));
        transport.shutdownOutput(seen.id);
        assertArrayEquals(message, readExactly(peer, message.length));
        assertEquals(ContractPeer.END, readEnd(peer));
        pump(() -> seen.sent == 1, "onSent");
    }

    @Test
    void shouldReturnAtOnceWithoutATimeout() {
        final long start = network.nanoTime();
        assertEquals(0, poll(0));
        assertTrue(network.nanoTime() - start < 30 * SECOND, "it waited"); // A busy machine may pause for long.
    }

    @Test
    void shouldWaitNoLongerThanTheTimeout() {
        for (final long timeout : new long[] {1, 1_000, MILLI, 50 * MILLI}) {
            final long start = network.nanoTime();
            int polls = 0;
            for (; network.nanoTime() - start < timeout; polls++) {
                assertEquals(0, poll(timeout));
            }
            final long waited = network.nanoTime() - start;
            assertTrue(polls <= 10, polls + " polls of " + timeout + " ns did not wait");
            assertTrue(waited < timeout + 30 * SECOND, "returned after " + waited);
        }
    }

    @Test
    void shouldEndAPollWhenWoken() throws InterruptedException {
        final Thread waker = Thread.ofPlatform().start(transport::wakeup);
        final long start = System.nanoTime();
        while (handler.wakeups == 0 && System.nanoTime() - start < 60 * SECOND) {
            poll(120 * SECOND);
        }
        waker.join();
        assertTrue(System.nanoTime() - start < 60 * SECOND);
        assertEquals(1, handler.wakeups);
        transport.wakeup();
        transport.wakeup();
        pump(() -> handler.wakeups > 1, "onWakeup");
        assertEquals(2, handler.wakeups, "two calls before one poll are delivered as one");
        poll(0);
        poll(0);
        assertEquals(2, handler.wakeups, "a wake-up was delivered twice");
    }

    @Test
    void shouldCount() {
        final TransportCounters counters = transport.counters();
        final ContractPeer peer = network.connect(listen());
        final Seen seen = accepted(0);
        assertEquals(1, counters.accepted());
        writeFully(peer, new byte[100]);
        pump(() -> seen.receivedBytes == 100, "receiving");
        assertEquals(100, counters.receivedBytes());
        send(seen, nativeCopy(new byte[50]));
        pump(() -> seen.sent == 1, "onSent");
        assertEquals(50, counters.sentBytes());
        final long calls = counters.enterCalls();
        assertTrue(calls > 0);
        pump(() -> counters.enterCalls() > calls, "entering again");
        assertEquals(0, counters.refused());
    }

    @Test
    void shouldRefuseMisuse() {
        final ContractPeer peer = network.connect(listen());
        final Seen seen = accepted(0);
        final MemorySegment bytes = nativeCopy(new byte[4 << 20]);
        final int id = seen.id;
        assertThrows(IllegalStateException.class, () -> transport.flush(id));
        assertThrows(IllegalArgumentException.class,
                () -> transport.write(id, MemorySegment.ofArray(new byte[10]), 0, 10));
        assertThrows(IllegalArgumentException.class, () -> transport.write(id, bytes, 0, 0));
        assertThrows(IndexOutOfBoundsException.class, () -> transport.write(id, bytes, 1, bytes.byteSize()));
        assertThrows(IndexOutOfBoundsException.class, () -> transport.write(id, bytes, -1, 2));
        for (int i = 0; i < Transport.MAX_PARTS; i++) {
            transport.write(id, bytes, i, 1);
        }
        assertThrows(IllegalStateException.class, () -> transport.write(id, bytes, 0, 1));
        transport.flush(id);
        assertArrayEquals(new byte[Transport.MAX_PARTS], readExactly(peer, Transport.MAX_PARTS));
        pump(() -> seen.sent == 1, "onSent");
        // A send that cannot be over before the peer reads.
        final MemorySegment large = nativeCopy(new byte[32 << 20]);
        send(seen, large);
        assertThrows(IllegalStateException.class, () -> transport.write(id, bytes, 0, 1));
        assertThrows(IllegalStateException.class, () -> transport.flush(id));
        assertThrows(IllegalArgumentException.class, () -> transport.close(id + 1));
        assertThrows(IllegalArgumentException.class, () -> transport.pauseReceive(-1));
        assertThrows(IllegalArgumentException.class, () -> transport.resumeReceive(OPTIONS.maxConnections()));
        assertThrows(IllegalArgumentException.class, () -> transport.closeListener(9));
    }

    @Test
    void shouldSurviveAHandlerThatThrows() {
        final IllegalStateException thrown = new IllegalStateException("planted");
        reopen(OPTIONS, new ContractHandler() {
            private boolean thrownOnce;

            @Override
            public void onReceived(final int connection, final MemorySegment data, final long offset,
                    final int length) {
                super.onReceived(connection, data, offset, length);
                if (!thrownOnce) {
                    thrownOnce = true;
                    throw thrown;
                }
            }
        });
        final InetSocketAddress address = listen();
        final ContractPeer first = network.connect(address);
        final Seen firstSeen = accepted(0);
        final ContractPeer second = network.connect(address);
        final Seen secondSeen = accepted(1);
        assertEquals(thrown, assertThrows(IllegalStateException.class, () -> {
            writeFully(first, new byte[100]);
            pump(() -> false, "the exception");
        }));
        writeFully(second, new byte[100]);
        pump(() -> secondSeen.receivedBytes == 100, "the other connection's bytes");
        // The exception may have come before the peer had written all; what it writes now must arrive whole.
        final long before = firstSeen.receivedBytes;
        writeFully(first, new byte[100]);
        pump(() -> firstSeen.receivedBytes >= before + 100, "the first connection's bytes");
    }

    @Test
    void shouldNotLetABigSendStarveTheOthers() {
        reopen(OPTIONS.withSendQuantumBytes(64 << 10), new ContractHandler());
        final InetSocketAddress address = listen();
        final ContractPeer reader = network.connect(address);
        final Seen big = accepted(0);
        final ContractPeer small = network.connect(address);
        final Seen other = accepted(1);
        final byte[] sink = new byte[1 << 20];
        send(big, nativeCopy(new byte[64 << 20]));
        for (int round = 1; round <= 20; round++) {
            writeFully(small, new byte[10]);
            final long expected = round * 10L;
            for (int turn = 0; other.receivedBytes < expected; turn++) {
                assertTrue(reader.read(sink, 0, sink.length) >= 0);
                poll(MILLI);
                assertTrue(turn < 1_000, "starved");
            }
        }
        assertEquals(0, big.sent, "the big send was over too early for the test to mean anything");
    }

    @Test
    void shouldKeepEveryByteInRandomConversations() {
        long bytes = 0;
        for (long seed = 1; seed <= Integer.getInteger("ouli.workload.seeds", 10); seed++) {
            try (ContractNetwork fresh = network()) {
                final RandomWorkload workload = new RandomWorkload(seed, fresh::open);
                workload.run(100);
                bytes += workload.bytesReceived();
            } catch (final RuntimeException | AssertionError e) {
                throw new AssertionError("workload seed " + seed + " failed: " + e.getMessage(), e);
            }
        }
        assertTrue(bytes > 0);
    }

    @Test
    void shouldServeMoreConnectionsThanAnyQueueHolds() {
        final int count = 600;
        reopen(OPTIONS.withMaxConnections(count), new ContractHandler());
        final InetSocketAddress address = listen();
        final List<ContractPeer> peers = new ArrayList<>();
        final byte[] message = randomBytes(1, 300);
        for (int i = 0; i < count; i++) {
            peers.add(network.connect(address));
            poll(0);
        }
        accepted(count - 1);
        for (final ContractPeer peer : peers) {
            writeFully(peer, message);
        }
        pump(() -> handler.all.stream().allMatch(seen -> seen.receivedBytes == message.length), "all messages");
        final MemorySegment bytes = nativeCopy(message);
        // All in one turn, first as one part, then as two.
        for (int parts = 1; parts <= 2; parts++) {
            for (final Seen seen : handler.all) {
                transport.write(seen.id, bytes, 0, 100);
                if (parts == 2) {
                    transport.write(seen.id, bytes, 100, 200);
                }
                transport.flush(seen.id);
            }
            for (final ContractPeer peer : peers) {
                final int length = parts == 1 ? 100 : 300;
                assertArrayEquals(Arrays.copyOf(message, length), readExactly(peer, length));
            }
            final int sends = parts;
            pump(() -> handler.all.stream().allMatch(seen -> seen.sent == sends), "onSent of all");
        }
        for (final Seen seen : List.copyOf(handler.all)) {
            close(seen);
        }
        pump(() -> transport.connectionCount() == 0, "the end of all");
    }
}
