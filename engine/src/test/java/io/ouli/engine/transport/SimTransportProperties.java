package io.ouli.engine.transport;

import io.ouli.engine.transport.sim.SimFaults;
import io.ouli.engine.transport.sim.SimNetwork;
import io.ouli.engine.transport.sim.SimSeeds;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Random conversations on the simulated network, 10,000 seeds of them together; more with -Douli.sim.seeds. */
class SimTransportProperties {
    private static final int SEEDS = 5_000;

    @Test
    void shouldKeepEveryByteInOrderWhenTorn() {
        final long[] bytes = new long[1];
        SimSeeds.run(SEEDS, seed -> {
            final RandomWorkload workload = new RandomWorkload(seed, new SimNetwork(seed, SimFaults.TORN)::open);
            workload.run(100);
            bytes[0] += workload.bytesReceived();
        });
        assertTrue(bytes[0] > 0, "the workload moves no bytes, so it proves nothing");
    }

    @Test
    void shouldEndEveryConnectionOnceUnderErrors() {
        SimSeeds.run(SEEDS, seed -> run(new SimNetwork(seed, SimFaults.HOSTILE), 100));
    }

    @Test
    void shouldSurviveAnErrorAtEveryOperation() {
        final long[] operations = new long[1];
        SimSeeds.run(5, seed -> {
            final SimNetwork calm = new SimNetwork(seed, SimFaults.TORN);
            run(calm, 30);
            operations[0] += calm.operations();
            for (long operation = 1; operation <= calm.operations(); operation++) {
                run(new SimNetwork(seed, SimFaults.TORN.withFailOperation(operation)), 30);
            }
        });
        assertTrue(operations[0] > 20, "the workload does nothing that could fail");
    }

    @Test
    void shouldRepeatARunExactly() {
        final Set<Long> hashes = new HashSet<>();
        SimSeeds.run(50, seed -> {
            final SimNetwork first = new SimNetwork(seed, SimFaults.HOSTILE);
            run(first, 60);
            final SimNetwork second = new SimNetwork(seed, SimFaults.HOSTILE);
            run(second, 60);
            assertEquals(first.traceHash(), second.traceHash());
            assertEquals(first.nanoTime(), second.nanoTime());
            hashes.add(first.traceHash());
        });
        if (Long.getLong(SimSeeds.SEED_PROPERTY) == null) {
            assertTrue(hashes.size() > 1, "every seed gives the same run");
        }
    }

    @Test
    void shouldFindAPlantedFault() {
        // The canary: were this not found, the properties above would prove nothing.
        for (final int fault : new int[] {1, 2}) {
            assertThrows(AssertionError.class, () -> SimSeeds.run(20, seed -> {
                final SimNetwork network = new SimNetwork(seed, SimFaults.TORN);
                new RandomWorkload(seed, (options, handler) -> network.open(options, new Canary(handler, fault)))
                        .run(100);
            }));
        }
    }

    /** Passes events on with one fault: bytes that begin one too late, or a close that is told twice. */
    private record Canary(TransportHandler handler, int fault) implements TransportHandler {
        @Override
        public void onAccepted(final int listener, final int connection) {
            handler.onAccepted(listener, connection);
        }

        @Override
        public void onConnected(final int connection) {
            handler.onConnected(connection);
        }

        @Override
        public void onReceived(final int connection, final MemorySegment data, final long offset, final int length) {
            handler.onReceived(connection, data, fault == 1 && length > 1_000 ? offset + 1 : offset, length);
        }

        @Override
        public void onReceiveEnd(final int connection) {
            handler.onReceiveEnd(connection);
        }

        @Override
        public void onSent(final int connection) {
            handler.onSent(connection);
        }

        @Override
        public void onClosed(final int connection, final int cause) {
            handler.onClosed(connection, cause);
            if (fault == 2) {
                handler.onClosed(connection, cause);
            }
        }

        @Override
        public void onWakeup() {
            handler.onWakeup();
        }
    }

    private static void run(final SimNetwork network, final int steps) {
        new RandomWorkload(network.seed(), network::open).run(steps);
    }
}
