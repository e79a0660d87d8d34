package io.ouli.engine.transport;

import io.ouli.engine.transport.sim.SimFaults;
import io.ouli.engine.transport.sim.SimNetwork;
import io.ouli.engine.transport.sim.SimSeeds;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Random conversations on the simulated network, some hundreds of seeds of them; more with -Douli.sim.seeds. */
class SimTransportProperties {
    private static final int SEEDS = 300;

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
        SimSeeds.run(3, seed -> {
            final SimNetwork calm = new SimNetwork(seed, SimFaults.TORN);
            run(calm, 30);
            assertTrue(calm.operations() > 20);
            for (long operation = 1; operation <= calm.operations(); operation++) {
                run(new SimNetwork(seed, SimFaults.TORN.withFailOperation(operation)), 30);
            }
        });
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

    private static void run(final SimNetwork network, final int steps) {
        new RandomWorkload(network.seed(), network::open).run(steps);
    }
}
