package io.ouli.perf.report;

import io.ouli.perf.result.BenchResult;
import io.ouli.perf.result.Comparison;
import io.ouli.perf.result.Figures;
import io.ouli.perf.result.Goal;
import io.ouli.perf.result.Metric;
import io.ouli.perf.result.Statistics;
import io.ouli.perf.result.Subject;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Tables of figures: medians with the range of their rounds; what is inside the noise is grey. */
final class FigureTable {
    private static final double CONFIDENCE = 0.99;
    private static final int BAR_PIXELS = 60;
    private static final int MOST_COLUMNS = 9;

    private FigureTable() {
    }

    /**
     * {@return a table of all subjects and all figures that are to be compared, the shorter of the two side by side}
     */
    static String of(final BenchResult result) {
        final List<Metric> metrics = Arrays.stream(Metric.values()).filter(metric -> result.subjects().stream()
                .anyMatch(subject -> subject.values(metric.key()).length > 0)).toList();
        final boolean upright = result.subjects().size() > MOST_COLUMNS || metrics.size() <= MOST_COLUMNS;
        return "<div class=\"scroll\"><table>" + (upright ? subjectsAsRows(result, metrics)
                : subjectsAsColumns(result, metrics)) + "</table></div>\n";
    }

    private static String subjectsAsRows(final BenchResult result, final List<Metric> metrics) {
        final StringBuilder out = new StringBuilder("<thead><tr><th></th>");
        metrics.forEach(metric -> out.append(Html.format("<th>%s<small>%s</small></th>", Html.escape(metric.label()),
                Html.escape(metric.unit()))));
        out.append("</tr></thead><tbody>\n");
        for (final Subject subject : result.subjects()) {
            out.append("<tr><td>").append(Html.escape(subject.name())).append("</td>");
            metrics.forEach(metric -> cell(out, result, subject, metric));
            out.append("</tr>\n");
        }
        return out.append("</tbody>").toString();
    }

    private static String subjectsAsColumns(final BenchResult result, final List<Metric> metrics) {
        final StringBuilder out = new StringBuilder("<thead><tr><th></th>");
        result.subjects().forEach(subject -> out.append("<th class=\"wrap\">").append(Html.escape(subject.name()))
                .append("</th>"));
        out.append("</tr></thead><tbody>\n");
        for (final Metric metric : metrics) {
            out.append(Html.format("<tr><td>%s <span class=\"soft\">%s</span></td>", Html.escape(metric.label()),
                    Html.escape(metric.unit())));
            result.subjects().forEach(subject -> cell(out, result, subject, metric));
            out.append("</tr>\n");
        }
        return out.append("</tbody>").toString();
    }

    /** {@return what each subject is} */
    static String legend(final BenchResult result) {
        final StringBuilder out = new StringBuilder("<div class=\"scroll\"><table class=\"facts\"><tbody>\n");
        result.subjects().forEach(subject -> out.append(Html.format("<tr><td>%s</td><td>%s</td></tr>\n",
                Html.escape(subject.name()), Html.escape(subject.description()))));
        return out.append("</tbody></table></div>\n").toString();
    }

    private static void cell(
            final StringBuilder out,
            final BenchResult result,
            final Subject subject,
            final Metric metric) {
        final double[] values = subject.values(metric.key());
        if (values.length == 0) {
            out.append("<td class=\"same\">–</td>");
            return;
        }
        final double median = Statistics.median(values);
        out.append("<td").append(isRatio(metric) && !differs(values) ? " class=\"same\"" : "").append('>');
        out.append(Figures.number(median));
        if (metric == Metric.CPU || metric == Metric.TO_FLOOR) {
            final double most = result.subjects().stream().mapToDouble(one -> one.median(metric.key()))
                    .filter(value -> !Double.isNaN(value)).max().orElse(median);
            out.append(Html.format("<span class=\"bar\" style=\"width:%.0fpx\"></span>",
                    Math.max(1, median / most * BAR_PIXELS)));
        }
        if (values.length > 1) {
            out.append(Html.format("<small>%s – %s</small>",
                    Figures.number(Arrays.stream(values).min().orElse(median)),
                    Figures.number(Arrays.stream(values).max().orElse(median))));
        }
        Goal.of(result.kind(), subject, metric).ifPresent(goal -> out.append(Html.format("<small%s>%s (%s)</small>",
                switch (goal.verdict()) {
                    case MET -> " class=\"better\"";
                    case NOT_MET -> " class=\"worse\"";
                    case NOT_SHOWN -> "";
                }, goal.verdict(), Html.escape(goal.text()))));
        out.append("</td>");
    }

    private static boolean isRatio(final Metric metric) {
        return metric == Metric.CPU_RATIO || metric == Metric.RATE_RATIO || metric == Metric.TO_FLOOR;
    }

    /** {@return whether rounds of ratios tell that the truth is not 1} */
    private static boolean differs(final double[] ratios) {
        return !Statistics.ratio(new double[] {1, 1}, ratios, CONFIDENCE).holds(1);
    }

    /** {@return a comparison as a table, what moved first, the rest grey} */
    static String of(final Comparison comparison) {
        final StringBuilder out = new StringBuilder();
        if (!comparison.remarks().isEmpty()) {
            out.append("<div class=\"warnings\"><ul>");
            comparison.remarks().forEach(remark -> out.append("<li>").append(Html.escape(remark)).append("</li>"));
            out.append("</ul></div>\n");
        }
        out.append(Html.format("<p>%d of %d figures moved beyond noise, by intervals of %.0f %% confidence and "
                + "at least %.0f %%; %.1f would by chance.</p>\n",
                comparison.moved().size(), comparison.changes().size(),
                100 * comparison.confidence(), 100 * comparison.floor(),
                comparison.changes().size() * (1 - comparison.confidence())));
        out.append("<div class=\"scroll\"><table><thead><tr><th>subject</th><th>figure</th><th>before</th><th>after"
                + "</th><th>change</th><th>interval</th></tr></thead><tbody>\n");
        comparison.changes().stream().sorted((one, other) -> Boolean.compare(
                one.verdict() == Comparison.Verdict.SAME, other.verdict() == Comparison.Verdict.SAME))
                .forEach(change -> row(out, change));
        return out.append("</tbody></table></div>\n").toString();
    }

    private static void row(final StringBuilder out, final Comparison.Change change) {
        final String unit = change.metric().unit();
        final Statistics.Interval ratio = change.ratio();
        final String range = Double.isInfinite(ratio.high()) ? "unknown, one round"
                : Html.format("%+.1f … %+.1f %%", 100 * (ratio.low() - 1), 100 * (ratio.high() - 1));
        out.append(Html.format("<tr class=\"%s\"><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%+.1f %%</td>"
                + "<td>%s</td></tr>\n", change.verdict().name().toLowerCase(Locale.ROOT),
                Html.escape(change.subject()), Html.escape(change.metric().label()),
                Html.escape(Figures.format(change.before(), unit)), Html.escape(Figures.format(change.after(), unit)),
                100 * (ratio.estimate() - 1), range));
    }
}
