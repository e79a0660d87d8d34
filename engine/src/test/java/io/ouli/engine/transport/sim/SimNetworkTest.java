package io.ouli.engine.transport.sim;

import io.ouli.engine.transport.ListenOptions;
import io.ouli.engine.transport.Transport;
import io.ouli.engine.transport.TransportHandler;
import io.ouli.engine.transport.TransportOptions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class SimNetworkTest {
    @Test
    void shouldNameTheSeedThatFailed() {
        if (Long.getLong(SimSeeds.SEED_PROPERTY) != null || Integer.getInteger(SimSeeds.COUNT_PROPERTY) != null) {
            return;
        }
        final AssertionError error = assertThrows(AssertionError.class, () -> SimSeeds.run(10, seed -> {
            if (seed == 7) {
                throw new IllegalStateException("planted");
            }
        }));
        assertEquals("seed 7 failed: planted; rerun it with -Douli.sim.seed=7", error.getMessage());
    }

    @Test
    void shouldCatchACallerThatChangesBytesInFlight() {
        final SimNetwork network = new SimNetwork(1, SimFaults.NONE);
        try (Arena arena = Arena.ofConfined()) {
            final Changer changer = new Changer(arena.allocate(100));
            final Transport transport = network.open(TransportOptions.DEFAULT, changer);
            final InetSocketAddress address = transport.localAddress(transport.listen(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), ListenOptions.DEFAULT));
            changer.transport = transport;
            network.connect(address);
            final IllegalStateException error = assertThrows(IllegalStateException.class, () -> {
                for (int i = 0; i < 100; i++) {
                    transport.poll(1_000_000);
                }
            });
            assertTrue(error.getMessage().contains("changed before onSent"), error.getMessage());
            assertTrue(error.getMessage().contains("seed 1"), error.getMessage());
            transport.close();
        }
    }

    @Test
    void shouldPassHoursInNoTime() {
        final SimNetwork network = new SimNetwork(1, SimFaults.NONE);
        final Changer handler = new Changer(null);
        try (Transport transport = network.open(TransportOptions.DEFAULT, handler)) {
            final long start = network.nanoTime();
            final long day = 24L * 3_600 * 1_000_000_000;
            assertEquals(0, transport.poll(day));
            assertEquals(day, network.nanoTime() - start);
            transport.poll(Long.MAX_VALUE);
            assertEquals(Long.MAX_VALUE, network.nanoTime());
        }
    }

    /** Sends as soon as it can and changes what it sends. */
    private static final class Changer implements TransportHandler {
        private Transport transport;
        private final MemorySegment bytes;

        Changer(final MemorySegment bytes) {
            this.bytes = bytes;
        }

        @Override
        public void onAccepted(final int listener, final int connection) {
            transport.write(connection, bytes, 0, bytes.byteSize());
            transport.flush(connection);
            bytes.set(ValueLayout.JAVA_BYTE, 50, (byte) 1);
        }

        @Override
        public void onConnected(final int connection) {
        }

        @Override
        public void onReceived(final int connection, final MemorySegment data, final long offset, final int length) {
        }

        @Override
        public void onReceiveEnd(final int connection) {
        }

        @Override
        public void onSent(final int connection) {
        }

        @Override
        public void onClosed(final int connection, final int cause) {
        }

        @Override
        public void onWakeup() {
        }
    }
}
