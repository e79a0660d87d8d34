package io.ouli.perf.report;

import io.ouli.perf.result.Figures;
import io.ouli.perf.result.Metric;
import io.ouli.perf.result.Subject;
import java.util.ArrayList;
import java.util.List;

/** Latency at rising rates: where the lines turn upwards is the knee. */
final class LadderPlot {
    private static final List<Metric> LINES = List.of(Metric.P50, Metric.P99, Metric.P999, Metric.MAX);

    private LadderPlot() {
    }

    /** Draws the rungs, which are subjects with an offered rate; empty when there are fewer than two. */
    static String render(final String title, final List<Subject> rungs) {
        final List<Subject> shown = rungs.stream().filter(rung -> rung.median("offeredPerSecond") > 0).toList();
        if (shown.size() < 2) {
            return "";
        }
        double least = Double.MAX_VALUE;
        double most = 0;
        final List<Series> lines = new ArrayList<>();
        for (final Metric metric : LINES) {
            final List<Series.Point> points = new ArrayList<>();
            for (final Subject rung : shown) {
                final double micros = Math.max(0.001, rung.median(metric.key()));
                least = Math.min(least, micros);
                most = Math.max(most, micros);
                points.add(new Series.Point(rung.median("offeredPerSecond"), micros,
                        Figures.format(micros, "µs") + " at " + Figures.format(rung.median("offeredPerSecond"), "/s")
                        + " offered, " + Figures.format(rung.median("achievedPerSecond"), "/s") + " achieved"));
            }
            lines.add(new Series(metric.label(), points));
        }
        final LogScale x = new LogScale(shown.getFirst().median("offeredPerSecond") * 0.9,
                shown.getLast().median("offeredPerSecond") * 1.1, Plot.innerWidth());
        final List<Plot.Tick> ticks = x.ticks().stream()
                .map(tick -> new Plot.Tick(tick, Figures.number(tick))).toList();
        return new Plot(title, "latency from the planned send", lines, true).render(x::at, ticks,
                "offered requests a second", LogScale.around(least, most, Plot.innerHeight()), "latency, µs");
    }
}
