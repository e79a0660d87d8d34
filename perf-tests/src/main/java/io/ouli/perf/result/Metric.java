package io.ouli.perf.result;

import java.util.Arrays;
import java.util.Optional;

/** The figures that are compared between results, each with the direction that is better. */
public enum Metric {
    ACHIEVED("achievedPerSecond", "achieved", "/s", true),
    P50("p50Micros", "p50", "µs", false),
    P90("p90Micros", "p90", "µs", false),
    P99("p99Micros", "p99", "µs", false),
    P999("p999Micros", "p99.9", "µs", false),
    MAX("maxMicros", "max", "µs", false),
    CPU("cpuMicrosPerRequest", "CPU per request", "µs", false),
    USER("userMicrosPerRequest", "user CPU per request", "µs", false),
    CPU_RATIO("cpuRatio", "CPU, ratio to the reference", "×", false),
    RATE_RATIO("rateRatio", "rate, ratio to the reference", "×", true),
    RSS("rssMib", "RSS", "MiB", false),
    DISK("diskMib", "disk", "MiB", false),
    COLD_START("coldStartMillis", "cold start", "ms", false),
    TO_FLOOR("toFloor", "cold start, ratio to hello-world", "×", false),
    TIME("timeNanos", "time", "ns", false),
    ALLOCATED("allocatedBytes", "allocated", "B", false);

    private final String key;
    private final String label;
    private final String unit;
    private final boolean moreIsBetter;

    Metric(final String key, final String label, final String unit, final boolean moreIsBetter) {
        this.key = key;
        this.label = label;
        this.unit = unit;
        this.moreIsBetter = moreIsBetter;
    }

    /** {@return the name in result files} */
    public String key() {
        return key;
    }

    /** {@return the name for people} */
    public String label() {
        return label;
    }

    public String unit() {
        return unit;
    }

    public boolean moreIsBetter() {
        return moreIsBetter;
    }

    /** Finds a metric by its name in result files; what is not listed is context, not a figure to compare. */
    public static Optional<Metric> of(final String key) {
        return Arrays.stream(values()).filter(metric -> metric.key.equals(key)).findFirst();
    }
}
