package io.ouli.perf.result;

import io.ouli.perf.result.Goal.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

class GoalTest {
    private static Optional<Verdict> judge(
            final String kind, final String name, final Metric metric, final double... rounds) {
        final List<Map<String, Double>> figures = new ArrayList<>();
        for (final double round : rounds) {
            figures.add(Map.of(metric.key(), round));
        }
        return Goal.of(kind, new Subject(name, "", figures, null), metric).map(Goal::verdict);
    }

    @Test
    void shouldJudgeAtTheEdge() {
        assertEquals(Optional.of(Verdict.NOT_MET), judge("scenario", "ouli-nio wire round trip", Metric.P50, 50));
        assertEquals(Optional.of(Verdict.MET), judge("scenario", "ouli-nio wire round trip", Metric.P50, 1, 49.9, 60));
        assertEquals(Optional.of(Verdict.NOT_MET), judge("scenario", "x lookup", Metric.P99, 100));
        assertEquals(Optional.of(Verdict.NOT_MET), judge("scenario", "x throughput", Metric.ACHIEVED, 100_000));
        assertEquals(Optional.of(Verdict.MET), judge("scenario", "in-process million", Metric.P50, 1.5));
        assertEquals(Optional.of(Verdict.NOT_MET), judge("scenario", "in-process million", Metric.P99, 4.01));
        assertEquals(Optional.of(Verdict.MET), judge("scenario", "in-process million", Metric.ACHIEVED, 600_000));
        assertEquals(Optional.of(Verdict.MET), judge("coldstart", "ouli", Metric.COLD_START, 50));
        assertEquals(Optional.of(Verdict.NOT_MET), judge("coldstart", "ouli", Metric.COLD_START, 50.1));
        assertEquals(Optional.of(Verdict.MET), judge("coldstart", "ouli", Metric.TO_FLOOR, 1.3));
        assertEquals(Optional.of(Verdict.NOT_MET), judge("coldstart", "ouli", Metric.TO_FLOOR, 1.31));
    }

    @Test
    void shouldJudgeNothingThatWasNotMeasuredOrIsNotAskedFor() {
        assertEquals(Optional.empty(), judge("scenario", "x lookup", Metric.P50));
        assertEquals(Optional.empty(), judge("scenario", "x lookup", Metric.MAX, 1));
        assertEquals(Optional.empty(), judge("peers", "x lookup", Metric.P50, 1));
        assertEquals(Optional.empty(), judge("coldstart", "hello", Metric.COLD_START, 1));
        assertEquals(Optional.empty(), judge("coldstart", "bare-server", Metric.TO_FLOOR, 1));
        assertEquals(Optional.empty(), judge("metrics", "metrics-off", Metric.CPU_RATIO, 1, 1));
    }

    @Test
    void shouldJudgeRatiosByTheirInterval() {
        assertEquals(Optional.of(Verdict.MET), judge("metrics", "metrics-on", Metric.CPU_RATIO, 1.005, 1.006, 1.007));
        assertEquals(Optional.of(Verdict.NOT_MET), judge("metrics", "metrics-on", Metric.CPU_RATIO, 1.05, 1.06, 1.07));
        assertEquals(Optional.of(Verdict.NOT_SHOWN), judge("metrics", "metrics-on", Metric.CPU_RATIO, 0.9, 1.0, 1.1));
    }
}
