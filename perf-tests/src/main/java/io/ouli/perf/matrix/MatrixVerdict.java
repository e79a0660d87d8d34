package io.ouli.perf.matrix;

import io.ouli.perf.result.Statistics;
import io.ouli.perf.result.Subject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Says which configuration is best by one figure, by how much, and which ones cannot be told from it. */
public final class MatrixVerdict {
    private static final double CONFIDENCE = 0.99;

    private MatrixVerdict() {
    }

    /**
     * {@return lines for people}
     *
     * @param metric one of which less is better.
     */
    public static List<String> of(final List<Subject> subjects, final String metric, final String label) {
        final List<Subject> measured = subjects.stream().filter(subject -> subject.values(metric).length > 0)
                .sorted(Comparator.comparingDouble(subject -> subject.median(metric))).toList();
        if (measured.isEmpty()) {
            return List.of(label + ": nothing was measured");
        }
        final Subject best = measured.getFirst();
        final List<String> lines = new ArrayList<>();
        lines.add(String.format(Locale.ROOT, "%s: best is %s with %.2f", label, best.name(), best.median(metric)));
        final List<String> same = measured.stream().skip(1)
                .filter(other -> !differs(best, other, metric)).map(Subject::name).toList();
        if (!same.isEmpty()) {
            lines.add("  inside the noise of it: " + String.join(", ", same));
        }
        final Subject base = measured.stream()
                .filter(subject -> subject.name().equals(MatrixPlan.BASE + best.name().substring(
                        best.name().indexOf('/')))).findFirst().orElse(best);
        if (base != best) {
            lines.add(String.format(Locale.ROOT, "  %s has %.2f: %+.0f %%%s", base.name(), base.median(metric),
                    100 * (base.median(metric) / best.median(metric) - 1),
                    differs(best, base, metric) ? "" : ", inside the noise"));
        }
        return lines;
    }

    /** {@return whether two subjects' rounds tell them apart; with one round each nothing does} */
    public static boolean differs(final Subject one, final Subject other, final String metric) {
        final double[] first = one.values(metric);
        final double[] second = other.values(metric);
        return first.length > 1 && second.length > 1 && !Statistics.ratio(first, second, CONFIDENCE).holds(1);
    }
}
