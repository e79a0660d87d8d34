package io.ouli.perf.result;

import io.ouli.engine.OuliException;
import io.ouli.perf.load.LoadStats;
import io.ouli.perf.result.Comparison.Change;
import io.ouli.perf.result.Comparison.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ComparisonTest {
    @Test
    void shouldSeeWhatMovedInBothDirections() {
        final Comparison comparison = compare("p50Micros", new double[] {100, 101, 99, 100, 102},
                new double[] {120, 121, 119, 122, 120});
        assertEquals(Verdict.WORSE, only(comparison).verdict());
        assertEquals(Verdict.BETTER, only(compare("achievedPerSecond", new double[] {100, 101, 99, 100, 102},
                new double[] {120, 121, 119, 122, 120})).verdict());
        assertTrue(comparison.toText().contains("1 of 1 figures moved beyond noise"), comparison::toText);
    }

    @Test
    void shouldCallNoiseNoise() {
        assertEquals(Verdict.SAME, only(compare("p50Micros", new double[] {100, 140, 80, 120, 95},
                new double[] {110, 150, 90, 125, 105})).verdict());
    }

    @Test
    void shouldNotCountAChangeBelowTheFloorHoweverSure() {
        assertEquals(Verdict.SAME, only(compare("p50Micros", new double[] {100, 100.01, 99.99, 100},
                new double[] {101, 101.01, 100.99, 101})).verdict());
    }

    @Test
    void shouldNotJudgeByOneRound() {
        assertEquals(Verdict.SAME, only(compare("p50Micros", new double[] {100}, new double[] {200})).verdict());
    }

    @Test
    void shouldSeeThatZeroIsZeroNoLonger() {
        assertEquals(Verdict.WORSE, only(compare("allocatedBytes", new double[] {0, 0}, new double[] {24, 24}))
                .verdict());
        assertEquals(Verdict.BETTER, only(compare("allocatedBytes", new double[] {24, 24}, new double[] {0, 0}))
                .verdict());
        assertEquals(Verdict.SAME, only(compare("allocatedBytes", new double[] {0, 0}, new double[] {0, 0}))
                .verdict());
    }

    @Test
    void shouldSayThatTheMachineWasAnotherOne() {
        final Comparison comparison = Comparison.of(result("p50Micros", 1, 2), new BenchResult("load", "then",
                Map.of("cpu", "B"), Map.of(), List.of("noisy"), List.of()), 0.99, 0.02);
        assertTrue(comparison.toText().contains("not the same cpu: A → B"), comparison::toText);
        assertTrue(comparison.toText().contains("the second result warns: noisy"), comparison::toText);
        assertTrue(comparison.toText().contains("server is in the first result only"), comparison::toText);
    }

    @Test
    void shouldReadWhatItWrote(@TempDir final Path folder) {
        final Histogram histogram = LoadStats.histogram();
        histogram.recordValue(1_000);
        histogram.recordValue(5_000_000);
        final BenchResult result = new BenchResult("load", "2026-01-01T00:00:00Z", Map.of("cpu", "A"),
                Map.of("rate", "5"), List.of("careful"),
                List.of(new Subject("s", "a server", List.of(Map.of("p50Micros", 1.5), Map.of()), histogram)));
        final Path file = folder.resolve("new/result.json");
        result.write(file);
        assertEquals(result, BenchResult.read(file));
    }

    @Test
    void shouldRefuseAFileOfAnotherSchema(@TempDir final Path folder) throws Exception {
        final Path old = Files.writeString(folder.resolve("old.json"), "{\"schema\":\"ouli-bench/0\"}");
        assertTrue(assertThrows(OuliException.class, () -> BenchResult.read(old)).getMessage()
                .contains("ouli-bench/0"));
        final Path foreign = Files.writeString(folder.resolve("foreign.json"), "{}");
        assertTrue(assertThrows(OuliException.class, () -> BenchResult.read(foreign)).getMessage()
                .contains("foreign.json is no result of ouli bench"));
        final Path other = Files.writeString(folder.resolve("other.json"), "[1]");
        assertTrue(assertThrows(OuliException.class, () -> BenchResult.read(other)).getMessage()
                .contains("other.json"));
    }

    private static Comparison compare(final String metric, final double[] before, final double[] after) {
        return Comparison.of(result(metric, before), result(metric, after), 0.99, 0.02);
    }

    private static Change only(final Comparison comparison) {
        assertEquals(1, comparison.changes().size());
        return comparison.changes().getFirst();
    }

    private static BenchResult result(final String metric, final double... values) {
        final List<Map<String, Double>> rounds = new ArrayList<>();
        for (final double value : values) {
            rounds.add(Map.of(metric, value));
        }
        return new BenchResult("load", "now", Map.of("cpu", "A"), Map.of(), List.of(),
                List.of(new Subject("server", "", rounds, null)));
    }
}
