package io.ouli.perf.report;

import io.ouli.perf.matrix.MatrixVerdict;
import io.ouli.perf.result.Figures;
import io.ouli.perf.result.Subject;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A matrix as a map: rows are knobs, columns transports; green is better than the row "base", red worse. */
final class HeatMap {
    private static final char SEPARATOR = '/';
    private static final String BASE = "base";
    /** The change of which the colour is full. */
    private static final double FULL = 0.5;

    private HeatMap() {
    }

    static String render(final String title, final List<Subject> subjects, final String metric) {
        final Map<String, Subject> cells = new LinkedHashMap<>();
        final Set<String> rows = new LinkedHashSet<>();
        final Set<String> columns = new LinkedHashSet<>();
        for (final Subject subject : subjects) {
            final int at = subject.name().lastIndexOf(SEPARATOR);
            if (at > 0) {
                cells.put(subject.name(), subject);
                rows.add(subject.name().substring(0, at));
                columns.add(subject.name().substring(at + 1));
            }
        }
        final StringBuilder out = new StringBuilder("<figure><figcaption>").append(Html.escape(title))
                .append(" <span>against the row base; grey is inside the noise</span></figcaption>")
                .append("<div class=\"scroll\"><table class=\"heat\"><thead><tr><th></th>");
        columns.forEach(column -> out.append("<th>").append(Html.escape(column)).append("</th>"));
        out.append("</tr></thead><tbody>\n");
        for (final String row : rows) {
            out.append("<tr><td>").append(Html.escape(row)).append("</td>");
            columns.forEach(column -> cell(out, cells.get(row + SEPARATOR + column),
                    cells.get(BASE + SEPARATOR + column), metric));
            out.append("</tr>\n");
        }
        return out.append("</tbody></table></div></figure>\n").toString();
    }

    private static void cell(final StringBuilder out, final Subject subject, final Subject base, final String metric) {
        if (subject == null || subject.values(metric).length == 0) {
            out.append("<td class=\"same\">–</td>");
            return;
        }
        final String figure = Figures.number(subject.median(metric));
        if (base == null || base == subject || base.values(metric).length == 0) {
            out.append("<td>").append(figure).append("</td>");
            return;
        }
        final double change = subject.median(metric) / base.median(metric) - 1;
        if (!MatrixVerdict.differs(base, subject, metric)) {
            out.append(Html.format("<td class=\"same\">%s<small>%+.0f %%</small></td>", figure, 100 * change));
            return;
        }
        out.append(Html.format("<td style=\"background:color-mix(in srgb, var(--%s) %.0f%%, transparent)\">%s"
                + "<small>%+.0f %%</small></td>",
                change < 0 ? "good" : "bad", Math.min(1, Math.abs(change) / FULL) * 45 + 10, figure, 100 * change));
    }
}
