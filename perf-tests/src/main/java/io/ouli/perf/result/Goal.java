package io.ouli.perf.result;

import java.util.Locale;
import java.util.Optional;

/**
 * What is asked of one figure, and whether it is met; the console and the page judge by the same.
 *
 * @param text    the goal, with who asks for it.
 * @param verdict whether the figure meets it.
 */
public record Goal(String text, Verdict verdict) {
    /** How sure an interval is by which a ratio is judged. */
    public static final double CONFIDENCE = 0.95;

    private static final double RFC_P50_MICROS = 50;
    private static final double RFC_P99_MICROS = 100;
    private static final double RFC_PER_SECOND = 100_000;
    private static final double RFC_COLD_START_MILLIS = 50;
    private static final double COLD_START_TO_FLOOR = 1.3;
    private static final double MILLION_P50_MICROS = 1.5;
    private static final double MILLION_P99_MICROS = 4;
    private static final double MILLION_PER_SECOND = 600_000;
    private static final double METRICS_RATIO = 1.02;

    /** What is said of a figure. */
    public enum Verdict {
        MET, NOT_MET, NOT_SHOWN;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }

        private static Verdict of(final boolean met) {
            return met ? MET : NOT_MET;
        }
    }

    /** {@return what is asked of a figure of a subject in a result of a kind; most figures are asked nothing} */
    public static Optional<Goal> of(final String kind, final Subject subject, final Metric metric) {
        if (subject.values(metric.key()).length == 0) {
            return Optional.empty();
        }
        return Optional.ofNullable(switch (kind) {
            case "scenario" -> ofScenario(subject, metric);
            case "coldstart" -> subject.name().equals("ouli") ? ofColdStart(subject, metric) : null;
            case "metrics" -> subject.name().equals("metrics-on") && metric == Metric.CPU_RATIO
                    ? ofInterval(Statistics.ratioMean(subject.values(metric.key()), CONFIDENCE))
                    : null;
            default -> null;
        });
    }

    private static Goal ofColdStart(final Subject subject, final Metric metric) {
        final double value = subject.median(metric.key());
        return switch (metric) {
            case COLD_START -> new Goal("RFC-008: 50 ms", Verdict.of(value <= RFC_COLD_START_MILLIS));
            case TO_FLOOR -> new Goal("at most 1.3 x", Verdict.of(value <= COLD_START_TO_FLOOR));
            default -> null;
        };
    }

    private static Goal ofScenario(final Subject subject, final Metric metric) {
        final double value = subject.median(metric.key());
        final String name = subject.name();
        if (name.endsWith("lookup") || name.endsWith("round trip")) {
            return switch (metric) {
                case P50 -> new Goal("RFC-008: p50 < 50 µs", Verdict.of(value < RFC_P50_MICROS));
                case P99 -> new Goal("RFC-008: p99 < 100 µs", Verdict.of(value < RFC_P99_MICROS));
                default -> null;
            };
        }
        if (name.endsWith("million")) {
            return switch (metric) {
                case P50 -> new Goal("p50 <= 1.5 µs", Verdict.of(value <= MILLION_P50_MICROS));
                case P99 -> new Goal("p99 <= 4 µs", Verdict.of(value <= MILLION_P99_MICROS));
                case ACHIEVED -> new Goal(">= 600,000/s", Verdict.of(value >= MILLION_PER_SECOND));
                default -> null;
            };
        }
        return name.endsWith("throughput") && metric == Metric.ACHIEVED
                ? new Goal("RFC-008: > 100,000/s", Verdict.of(value > RFC_PER_SECOND))
                : null;
    }

    private static Goal ofInterval(final Statistics.Interval ratio) {
        return new Goal("at most 2 % more, by the interval of 95 %", ratio.high() <= METRICS_RATIO ? Verdict.MET
                : ratio.low() > METRICS_RATIO ? Verdict.NOT_MET : Verdict.NOT_SHOWN);
    }
}
