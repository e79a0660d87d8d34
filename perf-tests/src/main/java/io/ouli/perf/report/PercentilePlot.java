package io.ouli.perf.report;

import io.ouli.perf.result.Figures;
import io.ouli.perf.result.Subject;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * Latency by percentile on HdrHistogram's axis: every nine takes the same room, so that the slowest requests are seen
 * as well as the median.
 */
final class PercentilePlot {
    private static final double[] MARKED = {50, 90, 99, 99.9, 99.99, 99.999, 99.9999};
    private static final int POINTS_PER_NINE = 24;

    private PercentilePlot() {
    }

    /** Draws one curve for each subject with a histogram; empty when there is none. */
    static String render(final String title, final List<Subject> subjects) {
        final List<Subject> shown = subjects.stream()
                .filter(subject -> subject.latency() != null && subject.latency().getTotalCount() > 0).toList();
        if (shown.isEmpty()) {
            return "";
        }
        double nines = 1;
        double least = Double.MAX_VALUE;
        double most = 0;
        final List<Series> lines = new ArrayList<>();
        for (final Subject subject : shown.subList(0, Math.min(Plot.MOST_LINES, shown.size()))) {
            final Histogram histogram = subject.latency();
            // Beyond the last request there is nothing to show.
            nines = Math.max(nines, Math.min(7, Math.log10(histogram.getTotalCount())));
            least = Math.min(least, Math.max(0.001, histogram.getMinNonZeroValue() / 1e3));
            most = Math.max(most, histogram.getMaxValue() / 1e3);
            lines.add(curve(subject.name(), histogram));
        }
        final double width = nines;
        final List<Plot.Tick> ticks = new ArrayList<>();
        ticks.add(new Plot.Tick(0, "0 %"));
        for (final double percentile : MARKED) {
            if (nines(percentile) <= width) {
                ticks.add(new Plot.Tick(nines(percentile), percentileName(percentile)));
            }
        }
        return new Plot(title, shown.size() > Plot.MOST_LINES ? "the first " + Plot.MOST_LINES + " of " + shown.size()
                : "all rounds together", lines, false)
                .render(x -> Math.min(x, width) / width * Plot.innerWidth(), ticks, "percentile of requests",
                        LogScale.around(least, most, Plot.innerHeight()), "latency, µs");
    }

    private static Series curve(final String name, final Histogram histogram) {
        final List<Series.Point> points = new ArrayList<>();
        final double end = Math.min(7, Math.log10(Math.max(10, histogram.getTotalCount())));
        for (int i = 0; i <= end * POINTS_PER_NINE; i++) {
            final double x = (double) i / POINTS_PER_NINE;
            final double percentile = 100 * (1 - Math.pow(10, -x));
            final double micros = Math.max(0.001, histogram.getValueAtPercentile(percentile) / 1e3);
            points.add(new Series.Point(x, micros, i % 6 == 0
                    ? Html.format("%.5g %%: ", percentile) + Figures.format(micros, "µs") : null));
        }
        points.add(new Series.Point(end, Math.max(0.001, histogram.getMaxValue() / 1e3),
                "max: " + Figures.format(histogram.getMaxValue() / 1e3, "µs")));
        return new Series(name, points);
    }

    private static double nines(final double percentile) {
        return -Math.log10(1 - percentile / 100);
    }

    private static String percentileName(final double percentile) {
        final String text = Double.toString(percentile);
        return (text.endsWith(".0") ? text.substring(0, text.length() - 2) : text) + " %";
    }
}
