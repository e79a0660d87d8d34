package io.ouli.proxy.cli;

import java.util.Locale;

/** Writes quantities as people read them. */
final class Units {
    private Units() {
    }

    /** {@return a duration with three significant digits at most: {@code 23 µs}, {@code 1.2 ms}, {@code 3.5 s}} */
    static String nanos(final long nanos) {
        if (nanos < 1_000) {
            return nanos + " ns";
        }
        if (nanos < 1_000_000) {
            return scaled(nanos / 1e3, "µs");
        }
        return nanos < 1_000_000_000 ? scaled(nanos / 1e6, "ms") : scaled(nanos / 1e9, "s");
    }

    /** {@return a size: {@code 512 B}, {@code 3.4 MB}} */
    static String bytes(final long bytes) {
        if (bytes < 1_000) {
            return bytes + " B";
        }
        if (bytes < 1_000_000) {
            return scaled(bytes / 1e3, "kB");
        }
        return bytes < 1_000_000_000 ? scaled(bytes / 1e6, "MB") : scaled(bytes / 1e9, "GB");
    }

    /** {@return a count with a comma at each thousand} */
    static String count(final long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    /** {@return a count and what is counted: {@code 1 interaction}, {@code 1,200 interactions}} */
    static String count(final long count, final String one) {
        return count(count) + " " + one + (count == 1 ? "" : "s");
    }

    private static String scaled(final double value, final String unit) {
        return String.format(Locale.ROOT, value < 10 ? "%.1f %s" : "%.0f %s", value, unit);
    }
}
