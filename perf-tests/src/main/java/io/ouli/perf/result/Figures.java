package io.ouli.perf.result;

import java.util.Locale;

/** Figures as people read them: three digits that mean something, thousands apart. */
public final class Figures {
    private Figures() {
    }

    /** {@return a value with its unit; a dash where there is none} */
    public static String format(final double value, final String unit) {
        if (Double.isNaN(value)) {
            return "–";
        }
        final String number = number(value);
        return unit.isEmpty() || unit.startsWith("/") || "×".equals(unit) ? number + unit : number + ' ' + unit;
    }

    /** {@return a value alone} */
    public static String number(final double value) {
        final double size = Math.abs(value);
        if (Double.isNaN(value)) {
            return "–";
        }
        if (size >= 100 || value == Math.rint(value)) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        return String.format(Locale.ROOT, size >= 10 ? "%.1f" : size >= 0.1 ? "%.2f" : "%.4f", value);
    }
}
