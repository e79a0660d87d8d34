package io.ouli.perf.report;

import java.util.List;

/**
 * One line of a plot.
 *
 * @param name   in the legend.
 * @param points from left to right.
 */
record Series(String name, List<Point> points) {
    /**
     * A point.
     *
     * @param x    on the plot's own scale.
     * @param y    on the plot's own scale.
     * @param tip  shown on hovering.
     */
    record Point(double x, double y, String tip) {
    }
}
