package io.ouli.perf;

import io.ouli.perf.load.LoadOutcome;
import io.ouli.perf.load.LoadPlan;
import io.ouli.perf.result.Figures;
import java.util.Locale;
import java.util.Map;

/** One load run as a few lines for people, the warnings first. */
final class LoadText {
    private LoadText() {
    }

    static String of(final LoadOutcome outcome, final String title) {
        final StringBuilder text = new StringBuilder();
        final LoadPlan plan = outcome.plan();
        if (!title.isEmpty()) {
            text.append(title).append('\n');
        }
        outcome.warnings().forEach(warning -> text.append("! ").append(warning).append('\n'));
        final Map<String, Double> metrics = outcome.metrics();
        if (plan.closedLoop()) {
            line(text, "ceiling", "%,.0f/s over %d connections, depth %d (closed loop: its latencies leave out whoever "
                    + "would have waited)", outcome.achievedPerSecond(), plan.connections(), plan.depth());
        } else {
            line(text, "rate", "%,.0f/s offered, %,.0f/s achieved over %d connections, depth %d",
                    plan.ratePerSecond(), outcome.achievedPerSecond(), plan.connections(), plan.depth());
            line(text, "latency", "%s  (from the planned send)", percentiles(metrics));
        }
        line(text, "service", "p50 %s  p99 %s  (from the real send)", micros(metrics, "serviceP50Micros"),
                micros(metrics, "serviceP99Micros"));
        line(text, "replies", "%,d verified, %,d not verified, %,d failed", outcome.verified(), outcome.unverified(),
                outcome.failures());
        if (outcome.server() != null) {
            line(text, "server", "%s CPU a request (user %s), RSS %s",
                    micros(metrics, "cpuMicrosPerRequest"), micros(metrics, "userMicrosPerRequest"),
                    Figures.format(metrics.get("rssMib"), "MiB"));
        }
        line(text, "generator", "%.0f %% busy, sends late by %s at p99; %s", outcome.busyPercent(),
                micros(metrics, "clientLagP99Micros"), outcome.transport());
        return text.toString();
    }

    private static String percentiles(final Map<String, Double> metrics) {
        return "p50 " + micros(metrics, "p50Micros") + "  p90 " + micros(metrics, "p90Micros") + "  p99 "
                + micros(metrics, "p99Micros") + "  p99.9 " + micros(metrics, "p999Micros") + "  max "
                + micros(metrics, "maxMicros");
    }

    private static String micros(final Map<String, Double> metrics, final String name) {
        return Figures.format(metrics.get(name), "µs");
    }

    private static void line(final StringBuilder text, final String name, final String format, final Object... values) {
        text.append(String.format(Locale.ROOT, "%-10s", name)).append(String.format(Locale.ROOT, format, values))
                .append('\n');
    }
}
