package io.ouli.perf.result;

import io.ouli.perf.result.Statistics.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/**
 * What moved between two results beyond noise, and what cannot be compared at all.
 *
 * <p>A change counts when its confidence interval excludes "no change" and its estimate is larger than the floor. The
 * floor is needed because rounds of one run show less noise than two runs on different days have.
 *
 * @param changes  one for each figure of each subject that both results have.
 * @param remarks  what has to be said first: other machine, other flags, missing subjects.
 * @param confidence of every interval.
 * @param floor    the least change that counts, as a share: 0.02 is 2 %.
 */
public record Comparison(List<Change> changes, List<String> remarks, double confidence, double floor) {
    private static final List<String> FACTS_THAT_MATTER = List.of("cpu", "cores", "memory", "kernel", "governor",
            "hypervisor", "transparentHugePages", "jdk", "gc", "jvmFlags");

    /** How a figure moved. */
    public enum Verdict { BETTER, WORSE, SAME }

    /**
     * One figure of one subject.
     *
     * @param before median of the first result's rounds.
     * @param after  median of the second's.
     * @param ratio  after / before.
     */
    public record Change(
            String subject, Metric metric, double before, double after, Interval ratio, Verdict verdict) {
    }

    /** Compares two results; the order is before, after. */
    public static Comparison of(
            final BenchResult before,
            final BenchResult after,
            final double confidence,
            final double floor) {
        final List<String> remarks = new ArrayList<>(remarks(before, after));
        final List<Change> changes = new ArrayList<>();
        for (final Subject one : before.subjects()) {
            final Subject other = after.subject(one.name()).orElse(null);
            if (other == null) {
                remarks.add(one.name() + " is in the first result only");
                continue;
            }
            for (final Metric metric : Metric.values()) {
                final double[] x = one.values(metric.key());
                final double[] y = other.values(metric.key());
                if (x.length > 0 && y.length > 0) {
                    changes.add(change(one.name(), metric, x, y, confidence, floor));
                }
            }
        }
        after.subjects().stream().filter(subject -> before.subject(subject.name()).isEmpty())
                .forEach(subject -> remarks.add(subject.name() + " is in the second result only"));
        if (changes.isEmpty()) {
            remarks.add("the two results have no figure in common");
        }
        return new Comparison(changes, remarks, confidence, floor);
    }

    /** {@return the changes that count} */
    public List<Change> moved() {
        return changes.stream().filter(change -> change.verdict() != Verdict.SAME).toList();
    }

    /** {@return the comparison as text} */
    public String toText() {
        final StringBuilder text = new StringBuilder();
        remarks.forEach(remark -> text.append("! ").append(remark).append('\n'));
        final List<Change> moved = moved();
        text.append(String.format(Locale.ROOT,
                "%d of %d figures moved beyond noise (%.0f %% confidence, at least %.0f %%; %.1f expected by chance)%n",
                moved.size(), changes.size(), 100 * confidence, 100 * floor, changes.size() * (1 - confidence)));
        moved.forEach(change -> text.append(line(change)).append('\n'));
        final List<Change> same = changes.stream().filter(change -> change.verdict() == Verdict.SAME).toList();
        if (!same.isEmpty()) {
            text.append("inside the noise:\n");
            same.forEach(change -> text.append(line(change)).append('\n'));
        }
        return text.toString();
    }

    private static String line(final Change change) {
        final Interval ratio = change.ratio();
        final String range = Double.isInfinite(ratio.high())
                ? "one round each: noise unknown"
                : String.format(Locale.ROOT, "%+.1f … %+.1f %%", 100 * (ratio.low() - 1), 100 * (ratio.high() - 1));
        return String.format(Locale.ROOT, "  %-6s %-34s %-26s %12s → %12s  %+6.1f %% (%s)",
                change.verdict().name().toLowerCase(Locale.ROOT), change.subject(), change.metric().label(),
                Figures.format(change.before(), change.metric().unit()),
                Figures.format(change.after(), change.metric().unit()), 100 * (ratio.estimate() - 1), range);
    }

    private static Change change(
            final String subject,
            final Metric metric,
            final double[] before,
            final double[] after,
            final double confidence,
            final double floor) {
        final double x = Statistics.median(before);
        final double y = Statistics.median(after);
        final Interval ratio;
        if (positive(before) && positive(after)) {
            ratio = Statistics.ratio(before, after, confidence);
        } else if (x == y) {
            // Zero stays zero: nothing allocated before, nothing now.
            ratio = new Interval(1, 1, 1);
        } else {
            // A logarithm of zero says nothing; that it is zero no longer, or now, says all.
            final double all = x == 0 ? Double.POSITIVE_INFINITY : 0;
            ratio = new Interval(all == 0 ? 0 : 1 + floor * 2, y / x, all == 0 ? 0 : Double.MAX_VALUE);
        }
        return new Change(subject, metric, x, y, ratio, verdict(metric, ratio, floor));
    }

    private static Verdict verdict(final Metric metric, final Interval ratio, final double floor) {
        if (ratio.holds(1) || Math.abs(ratio.estimate() - 1) < floor) {
            return Verdict.SAME;
        }
        return ratio.estimate() > 1 == metric.moreIsBetter() ? Verdict.BETTER : Verdict.WORSE;
    }

    private static boolean positive(final double[] values) {
        for (final double value : values) {
            if (!(value > 0)) {
                return false;
            }
        }
        return true;
    }

    private static List<String> remarks(final BenchResult before, final BenchResult after) {
        final List<String> remarks = new ArrayList<>();
        if (!before.kind().equals(after.kind())) {
            remarks.add("the results are of different kinds: " + before.kind() + " and " + after.kind());
        }
        for (final String fact : FACTS_THAT_MATTER) {
            compare(remarks, fact, before.facts(), after.facts());
        }
        final TreeSet<String> settings = new TreeSet<>(before.settings().keySet());
        settings.addAll(after.settings().keySet());
        settings.forEach(setting -> compare(remarks, setting, before.settings(), after.settings()));
        Warnings.of(before).forEach(warning -> remarks.add("the first result warns: " + warning));
        Warnings.of(after).forEach(warning -> remarks.add("the second result warns: " + warning));
        return remarks;
    }

    private static void compare(
            final List<String> remarks,
            final String name,
            final Map<String, String> before,
            final Map<String, String> after) {
        if (!Objects.equals(before.get(name), after.get(name))) {
            remarks.add("not the same " + name + ": " + before.get(name) + " → " + after.get(name));
        }
    }
}
