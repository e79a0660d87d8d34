package io.ouli.engine.transport;

import com.sun.management.ThreadMXBean;
import io.ouli.engine.transport.ContractHandler.Seen;
import io.ouli.engine.transport.nio.NioTransport;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The contract on NIO, and what only NIO has. */
class NioTransportTest extends TransportContractTest {
    @Override
    ContractNetwork network() {
        return new SocketNetwork(NioTransport::new);
    }

    @Test
    void shouldCarryShortSendsOn() {
        reopen(OPTIONS.withSendQuantumBytes(1 << 30), new ContractHandler());
        final ContractPeer peer = network.connect(listen());
        final Seen seen = accepted(0);
        final byte[] message = randomBytes(1, 32 << 20);
        send(seen, nativeCopy(message));
        assertEquals(1, transport.counters().shortSends());
        assertArrayEquals(message, readExactly(peer, message.length));
        assertTrue(transport.counters().shortSends() > 1);
    }

    @Test
    void shouldNotAllocateOnThePathOfARequest() {
        final AllocationProbe probe = new AllocationProbe();
        transport.close();
        transport = network.open(OPTIONS, probe);
        probe.transport = transport;
        probe.response = arena.allocate(100_000);
        for (int i = 0; i < 150; i++) {
            // Makes the descriptor certainly larger than those that Integer caches.
            network.listen();
        }
        final ContractPeer peer = network.connect(listen());
        final byte[] request = new byte[100];
        final byte[] sink = new byte[200_000];
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        // The selector boxes each ready descriptor to look its key up: 16 bytes, unless -XX:AutoBoxCacheMax covers it.
        final int requests = 500;
        final long selectorsOwn = 16L * requests;
        long allocated = Long.MAX_VALUE;
        for (int batch = 0; batch < 40 && allocated > selectorsOwn; batch++) {
            allocated = 0;
            for (int round = 0; round < requests; round++) {
                peer.write(request, 0, request.length);
                final int target = probe.sent + 1;
                while (probe.sent < target) {
                    final long before = threads.getCurrentThreadAllocatedBytes();
                    transport.poll(0);
                    allocated += threads.getCurrentThreadAllocatedBytes() - before;
                    peer.read(sink, 0, sink.length);
                }
            }
        }
        assertTrue(allocated <= selectorsOwn, allocated + " bytes allocated by " + requests + " requests");
    }

    @Test
    void shouldListenOnIpv6() throws UnknownHostException {
        final int listener = transport.listen(new InetSocketAddress(InetAddress.getByName("::1"), 0),
                ListenOptions.DEFAULT);
        final ContractPeer peer = network.connect(transport.localAddress(listener));
        final Seen seen = accepted(0);
        writeFully(peer, new byte[5]);
        pump(() -> seen.receivedBytes == 5, "receiving");
    }

    /** Answers every request with two parts, one that is staged and one that is not. */
    private static final class AllocationProbe implements TransportHandler {
        Transport transport;
        MemorySegment response;
        int sent;

        @Override
        public void onAccepted(final int listener, final int connection) {
        }

        @Override
        public void onConnected(final int connection) {
        }

        @Override
        public void onReceived(final int connection, final MemorySegment data, final long offset, final int length) {
            transport.write(connection, response, 0, 1_000);
            transport.write(connection, response, 1_000, 20_000);
            transport.flush(connection);
        }

        @Override
        public void onReceiveEnd(final int connection) {
        }

        @Override
        public void onSent(final int connection) {
            sent++;
        }

        @Override
        public void onClosed(final int connection, final int cause) {
        }

        @Override
        public void onWakeup() {
        }
    }
}
