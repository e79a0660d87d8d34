package io.ouli.perf.scenario;

import io.ouli.perf.corpus.Corpus;
import io.ouli.perf.result.Subject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

@Timeout(120)
class EngineScenariosTest {
    @Test
    void shouldTimeWhatTheySay() throws Exception {
        try (EngineScenarios scenarios = new EngineScenarios(Corpus.generated(100, 300, 4, 5))) {
            final Subject lookup = scenarios.lookup(1);
            assertEquals(EngineScenarios.LOOKUPS, lookup.latency().getTotalCount());
            assertTrue(lookup.median("p50Micros") > 0);
            final Subject throughput = scenarios.throughput(1);
            assertEquals(1e9 / throughput.median("achievedPerSecond"), throughput.median("timeNanos"), 1e-3);
            final Subject open = scenarios.openToFirstReply(3);
            assertEquals(3, open.rounds().size());
            assertEquals(3 * EngineScenarios.OPENINGS, open.latency().getTotalCount());
            assertTrue(open.name().startsWith("warm") && open.description().contains("2000 times before"),
                    open.description());
        }
    }
}
