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
            assertEquals(3, scenarios.openToFirstReply(3).rounds().size());
        }
    }
}
