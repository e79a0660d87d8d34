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
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class SimNetworkTest {
    private static final int SEEDS = 300;

    @Test
    void shouldKeepEveryByteInOrderWhenTorn() {
        final long[] bytes = new long[1];
        SimSeeds.run(SEEDS, seed -> {
            final SimWorkload workload = new SimWorkload(seed, SimFaults.TORN);
            workload.run(100);
            bytes[0] += workload.bytesReceived();
        });
        assertTrue(bytes[0] > 0, "the workload moves no bytes, so it proves nothing");
    }

    @Test
    void shouldEndEveryConnectionOnceUnderErrors() {
        SimSeeds.run(SEEDS, seed -> new SimWorkload(seed, SimFaults.HOSTILE).run(100));
    }

    @Test
    void shouldSurviveAnErrorAtEveryOperation() {
        SimSeeds.run(3, seed -> {
            final SimWorkload calm = new SimWorkload(seed, SimFaults.TORN);
            calm.run(30);
            final long operations = calm.network().operations();
            assertTrue(operations > 20);
            for (long operation = 1; operation <= operations; operation++) {
                new SimWorkload(seed, SimFaults.TORN.withFailOperation(operation)).run(30);
            }
        });
    }

    @Test
    void shouldRepeatARunExactly() {
        final Set<Long> hashes = new HashSet<>();
        SimSeeds.run(50, seed -> {
            final SimWorkload first = new SimWorkload(seed, SimFaults.HOSTILE);
            first.run(60);
            final SimWorkload second = new SimWorkload(seed, SimFaults.HOSTILE);
            second.run(60);
            assertEquals(first.network().traceHash(), second.network().traceHash());
            assertEquals(first.network().nanoTime(), second.network().nanoTime());
            hashes.add(first.network().traceHash());
        });
        if (Long.getLong(SimSeeds.SEED_PROPERTY) == null) {
            assertTrue(hashes.size() > 1, "every seed gives the same run");
        }
    }

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
