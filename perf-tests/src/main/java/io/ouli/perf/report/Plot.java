package io.ouli.perf.report;

import io.ouli.perf.result.Figures;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * A line plot as SVG, its colours from the page's style. Lines differ in dash as well as in colour, and the legend
 * stands above in the order of the lines.
 */
final class Plot {
    /** As many lines as can be told apart. */
    static final int MOST_LINES = 8;
    private static final int WIDTH = 1_000;
    private static final int HEIGHT = 380;
    private static final int LEFT = 84;
    private static final int RIGHT = 16;
    private static final int TOP = 10;
    private static final int BOTTOM = 44;
    private static final String[] DASHES = {"", "7 4", "2 4", "10 4 2 4", "4 2", "1 3", "12 3", "6 2 2 2"};

    private final String title;
    private final String subtitle;
    private final List<Series> lines;
    private final boolean dots;

    /**
     * Describes a plot.
     *
     * @param dots whether points are marked: for few points that were measured, not for a curve.
     */
    Plot(final String title, final String subtitle, final List<Series> lines, final boolean dots) {
        this.title = title;
        this.subtitle = subtitle;
        this.lines = lines.subList(0, Math.min(MOST_LINES, lines.size()));
        this.dots = dots;
    }

    static double innerWidth() {
        return WIDTH - LEFT - RIGHT;
    }

    static double innerHeight() {
        return HEIGHT - TOP - BOTTOM;
    }

    /** A mark on the lower axis. */
    record Tick(double x, String label) {
    }

    /**
     * Draws it.
     *
     * @param toX    from a point's x to pixels from the left axis.
     * @param xTicks where the lower axis is marked, in the points' own x.
     * @param y      the scale of the left axis.
     */
    String render(
            final DoubleUnaryOperator toX,
            final List<Tick> xTicks,
            final String xLabel,
            final LogScale y,
            final String yLabel) {
        final StringBuilder out = new StringBuilder("<figure><figcaption>").append(Html.escape(title)).append(" <span>")
                .append(Html.escape(subtitle)).append("</span></figcaption>\n<ul class=\"legend\">");
        for (int i = 0; i < lines.size(); i++) {
            out.append(Html.format("<li><svg viewBox=\"0 0 28 10\" aria-hidden=\"true\"><path class=\"line\""
                    + " d=\"M1 5H27\" stroke=\"var(--s%d)\" stroke-dasharray=\"%s\"/></svg>%s</li>", i, DASHES[i],
                    Html.escape(lines.get(i).name())));
        }
        out.append(Html.format("</ul>\n<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">", WIDTH, HEIGHT,
                Html.escape(title + ", " + subtitle)));
        axes(out, toX, xTicks, xLabel, y, yLabel);
        for (int i = 0; i < lines.size(); i++) {
            line(out, lines.get(i), i, toX, y);
        }
        return out.append("</svg></figure>\n").toString();
    }

    private static void axes(
            final StringBuilder out,
            final DoubleUnaryOperator toX,
            final List<Tick> xTicks,
            final String xLabel,
            final LogScale y,
            final String yLabel) {
        final double bottom = TOP + innerHeight();
        for (final double tick : y.ticks()) {
            final double at = bottom - y.at(tick);
            out.append(Html.format("<path class=\"grid\" d=\"M%d %.1fH%d\"/><text x=\"%d\" y=\"%.1f\" "
                    + "text-anchor=\"end\">%s</text>", LEFT, at, WIDTH - RIGHT, LEFT - 8, at + 4,
                    Figures.number(tick)));
        }
        for (final Tick tick : xTicks) {
            final double at = LEFT + toX.applyAsDouble(tick.x());
            out.append(Html.format("<path class=\"grid\" d=\"M%.1f %dV%.1f\"/><text x=\"%.1f\" y=\"%.1f\" "
                    + "text-anchor=\"middle\">%s</text>", at, TOP, bottom, at, bottom + 17, Html.escape(tick.label())));
        }
        out.append(Html.format("<path class=\"axis\" d=\"M%d %dV%.1fH%d\" fill=\"none\"/>", LEFT, TOP, bottom,
                WIDTH - RIGHT));
        out.append(Html.format("<text class=\"label\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>",
                LEFT + innerWidth() / 2, HEIGHT - 6, Html.escape(xLabel)));
        out.append(Html.format("<text class=\"label\" transform=\"translate(14 %.1f) rotate(-90)\" "
                + "text-anchor=\"middle\">%s</text>", TOP + innerHeight() / 2, Html.escape(yLabel)));
    }

    private void line(
            final StringBuilder out,
            final Series series,
            final int index,
            final DoubleUnaryOperator toX,
            final LogScale y) {
        final double bottom = TOP + innerHeight();
        final StringBuilder path = new StringBuilder();
        for (final Series.Point point : series.points()) {
            path.append(path.isEmpty() ? 'M' : 'L').append(Html.format("%.1f %.1f", LEFT + toX.applyAsDouble(point.x()),
                    bottom - y.at(point.y())));
        }
        out.append(Html.format("<path class=\"line\" d=\"%s\" stroke=\"var(--s%d)\" stroke-dasharray=\"%s\"/>", path,
                index, DASHES[index]));
        for (final Series.Point point : series.points()) {
            if (point.tip() != null) {
                final double x = LEFT + toX.applyAsDouble(point.x());
                final double at = bottom - y.at(point.y());
                final String tip = Html.escape(series.name() + ": " + point.tip());
                if (dots) {
                    out.append(Html.format("<circle class=\"dot\" cx=\"%.1f\" cy=\"%.1f\" r=\"4.5\" "
                            + "fill=\"var(--s%d)\"><title>%s</title></circle>", x, at, index, tip));
                } else {
                    out.append(Html.format("<circle class=\"hit\" cx=\"%.1f\" cy=\"%.1f\" r=\"8\"><title>%s</title>"
                            + "</circle>", x, at, tip));
                }
            }
        }
    }
}
