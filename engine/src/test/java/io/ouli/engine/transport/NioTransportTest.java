package io.ouli.engine.transport;

import io.ouli.engine.transport.ContractHandler.Seen;
import io.ouli.engine.transport.nio.NioTransport;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The contract on NIO, and what only NIO has. */
class NioTransportTest extends TransportContractTest {
    @Override
    ContractNetwork network() {
        return new SocketNetwork((options, handler) -> new NioTransport(options, handler, "under test"));
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
    void shouldNotTakeIpv6WhereAllOfIpv4WasAskedFor() {
        final int listener = transport.listen(new InetSocketAddress("0.0.0.0", 0), ListenOptions.DEFAULT);
        assertEquals(Inet4Address.class, transport.localAddress(listener).getAddress().getClass());
    }

    @Test
    void shouldNotAllocateOnThePathOfARequest() {
        for (int i = 0; i < 150; i++) {
            // Makes the descriptor certainly larger than those that Integer caches.
            network.listen();
        }
        // The selector boxes each ready descriptor to look its key up: 16 bytes, unless -XX:AutoBoxCacheMax covers it.
        final int requests = 500;
        final long selectorsOwn = 16L * requests;
        final AllocationProbe probe = new AllocationProbe(arena.allocate(100_000));
        final long allocated = probe.measure(network, network.open(OPTIONS, probe), requests, selectorsOwn);
        assertTrue(allocated <= selectorsOwn, allocated + " bytes allocated by " + requests + " requests");
    }
}
