package io.ouli.engine.transport;

import io.ouli.engine.transport.ContractHandler.Seen;
import io.ouli.engine.transport.uring.UringTransport;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The contract on an io_uring that never sleeps, which looks at its only connection by calls of its own. */
class UringBusyPollTest extends TransportContractTest {
    @Override
    int bulkBytes() {
        return 8 << 20;
    }

    @Override
    ContractNetwork network() {
        UringContract.requireIoUring();
        return new SocketNetwork((options, handler) ->
                new UringTransport(options.withSpinNanos(TransportOptions.BUSY_POLL), handler));
    }

    @Test
    void shouldReceiveOnOneConnectionWithoutEnteringTheRing() {
        final ContractPeer peer = network.connect(listen());
        final Seen seen = accepted(0);
        // What a turn has prepared is handed over at its end, so from here on there is nothing for the ring.
        final long calls = transport.counters().enterCalls();
        int polls = 0;
        for (int round = 1; round <= 100; round++) {
            writeFully(peer, new byte[10]);
            while (seen.receivedBytes < round * 10L) {
                poll(0);
                polls++;
            }
        }
        final long entered = transport.counters().enterCalls() - calls;
        assertTrue(entered <= polls / 8, entered + " enters in " + polls + " polls");
        assertEquals(0, transport.counters().rearmed());
    }

    @Test
    void shouldSendOnOneConnectionWithoutEnteringTheRing() {
        final ContractPeer peer = network.connect(listen());
        final Seen seen = accepted(0);
        final byte[] bytes = randomBytes(6, 100);
        final MemorySegment part = nativeCopy(bytes);
        final long calls = transport.counters().enterCalls();
        for (int round = 1; round <= 100; round++) {
            send(seen, part);
            assertEquals(round - 1, seen.sent, "told before the next turn");
            poll(0);
            assertEquals(round, seen.sent);
        }
        final long entered = transport.counters().enterCalls() - calls;
        assertTrue(entered <= 100 / 8, entered + " enters in 100 turns");
        assertEquals(100 * bytes.length, transport.counters().sentBytes());
        final byte[] received = readExactly(peer, 100 * bytes.length);
        for (int round = 0; round < 100; round++) {
            assertArrayEquals(bytes, Arrays.copyOfRange(received, round * bytes.length, (round + 1) * bytes.length));
        }
    }

    @Test
    void shouldTellNothingOfWhatWasSentOnAConnectionThatWasClosedBeforeTheNextTurn() {
        final InetSocketAddress address = listen();
        final ContractPeer first = network.connect(address);
        final Seen firstSeen = accepted(0);
        final MemorySegment part = nativeCopy(randomBytes(7, 100));
        send(firstSeen, part);
        close(firstSeen);
        pump(() -> firstSeen.closed, "onClosed");
        assertEquals(0, firstSeen.sent);
        assertArrayEquals(randomBytes(7, 100), readExactly(first, 100));
        readEnd(first);
        network.connect(address);
        final Seen secondSeen = accepted(1);
        assertEquals(firstSeen.id, secondSeen.id);
        send(secondSeen, part);
        pump(() -> secondSeen.sent == 1, "onSent");
        poll(0);
        assertEquals(1, secondSeen.sent);
        assertEquals(200, transport.counters().sentBytes());
    }

    @Test
    void shouldReceiveOnBothConnectionsWhenASecondComesAndOnTheLastThatIsLeft() {
        final InetSocketAddress address = listen();
        final ContractPeer first = network.connect(address);
        final Seen firstSeen = accepted(0);
        writeFully(first, randomBytes(1, 100));
        pump(() -> firstSeen.receivedBytes == 100, "the only one's bytes");
        final ContractPeer second = network.connect(address);
        final Seen secondSeen = accepted(1);
        writeFully(second, randomBytes(2, 100));
        writeFully(first, randomBytes(3, 100));
        pump(() -> firstSeen.receivedBytes == 200 && secondSeen.receivedBytes == 100, "the bytes of both");
        close(firstSeen);
        pump(() -> transport.connectionCount() == 1, "the end of the first");
        writeFully(second, randomBytes(4, 100));
        pump(() -> secondSeen.receivedBytes == 200, "what the last one sends");
        close(secondSeen);
        pump(() -> transport.connectionCount() == 0, "the end of all");
        final ContractPeer third = network.connect(address);
        final Seen thirdSeen = accepted(2);
        writeFully(third, randomBytes(5, 5_000));
        pump(() -> thirdSeen.receivedBytes == 5_000, "the bytes of one that is alone again");
        assertArrayEquals(randomBytes(5, 5_000), thirdSeen.bytes());
    }

    @Test
    void shouldConnectAndPauseWhileItHandsOnWhatTheOnlyConnectionHasReceived() {
        final ContractNetwork.PeerListener other = network.listen();
        reopen(OPTIONS, new ContractHandler() {
            private Seen outgoing;

            @Override
            public void onReceived(final int connection, final MemorySegment data, final long offset,
                    final int length) {
                super.onReceived(connection, data, offset, length);
                transport.pauseReceive(connection);
                transport.resumeReceive(connection);
                if (outgoing == null) {
                    outgoing = connecting(transport.connect(other.address()));
                }
            }
        });
        final ContractPeer peer = network.connect(listen());
        final Seen seen = accepted(0);
        for (int round = 1; round <= 3; round++) {
            final long expected = round * 10L;
            writeFully(peer, new byte[10]);
            pump(() -> seen.receivedBytes == expected, "receiving in round " + round);
        }
        assertEquals(2, transport.connectionCount());
        assertFalse(seen.closed);
    }
}
