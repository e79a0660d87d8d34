package io.ouli.proxy.cli;

import io.ouli.proxy.admin.AdminServer;
import io.ouli.proxy.config.ListenAddress;
import java.math.BigDecimal;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** {@code ouli stats --live}: what a running proxy counts, and how fast, without taking part in its work. */
final class LiveStats {
    private static final int LABEL_WIDTH = 14;
    private static final String RESIDENT = "memory_resident_bytes_";
    private static final String ALLOCATED = "memory_allocated_bytes_";

    private final Console console;
    private final InetSocketAddress address;
    private final boolean json;

    /**
     * Prepares to ask.
     *
     * @param typed port, or host and port; null for the default port of this machine.
     */
    LiveStats(final Console console, final String typed, final boolean json) {
        this.console = console;
        this.json = json;
        try {
            address = ListenAddress.parse(typed == null ? Integer.toString(AdminServer.DEFAULT_PORT) : typed, null);
        } catch (final IllegalArgumentException e) {
            throw new CliException(ExitCode.USAGE, "--live " + e.getMessage());
        }
    }

    /**
     * Shows the counters with their growth in a second.
     *
     * @param everySeconds between two reports, until a signal comes; null for one report after a second.
     */
    void run(final Integer everySeconds) throws InterruptedException {
        LiveMetrics earlier = LiveMetrics.read(address);
        do {
            TimeUnit.SECONDS.sleep(everySeconds == null ? 1 : everySeconds);
            final LiveMetrics now = LiveMetrics.read(address);
            final LiveMetrics memory = LiveMetrics.readMemory(address);
            console.print(json ? json(now, earlier, memory) : text(now, earlier) + "\n" + text(memory));
            earlier = now;
        } while (everySeconds != null);
    }

    private static String text(final LiveMetrics now, final LiveMetrics earlier) {
        final StringBuilder text = new StringBuilder();
        rated(text, "requests", "requests_total", now, earlier);
        rated(text, "hits", "hits_total", now, earlier);
        rated(text, "misses", "misses_total", now, earlier);
        final StringBuilder reasons = new StringBuilder();
        now.reasons().forEach((reason, count) -> {
            if (count.signum() > 0) {
                reasons.append(reasons.isEmpty() ? "" : ", ").append(reason).append(' ')
                        .append(Units.count(count.longValue()));
            }
        });
        if (!reasons.isEmpty()) {
            line(text, "", reasons.toString());
        }
        rated(text, "forwarded", "forwarded_requests_total", now, earlier);
        rated(text, "recorded", "recorded_exchanges_total", now, earlier);
        line(text, "received", Units.bytes(now.whole("received_bytes_total")));
        line(text, "sent", Units.bytes(now.whole("sent_bytes_total")));
        line(text, "connections", Units.count(now.whole("connections_open")) + " open, "
                + Units.count(now.whole("connections_accepted_total")) + " accepted, "
                + Units.count(now.whole("connections_refused_total")) + " refused, "
                + Units.count(now.whole("connections_timed_out_total")) + " timed out");
        line(text, "stalls", Units.count(now.whole("stalls_total")) + ", the longest turn "
                + Units.nanos(now.values().getOrDefault("longest_turn_seconds", BigDecimal.ZERO)
                        .scaleByPowerOfTen(9).longValue()));
        rated(text, "enter calls", "enter_calls_total", now, earlier);
        line(text, "durations", durations(now, "request_duration_seconds"));
        line(text, "recently", durations(now, "recent_request_duration_seconds"));
        return text.toString();
    }

    private static String durations(final LiveMetrics now, final String name) {
        return "p50 " + nanos(now, name + "_0.5") + ", p99 " + nanos(now, name + "_0.99") + ", p99.9 "
                + nanos(now, name + "_0.999") + ", max " + nanos(now, "longest_" + name) + " of "
                + Units.count(now.whole(name + "_count"));
    }

    private static String nanos(final LiveMetrics now, final String name) {
        return Units.nanos(now.values().getOrDefault(name, BigDecimal.ZERO).scaleByPowerOfTen(9).longValue());
    }

    /** Whose memory is how much, largest first, and how near the sum comes to what the kernel counts. */
    private static String text(final LiveMetrics memory) {
        final long process = memory.whole("memory_process_bytes");
        final long sum = memory.whole("memory_sum_bytes");
        final StringBuilder text = new StringBuilder();
        line(text, "memory", "kernel " + Units.bytes(process) + ", by owner " + Units.bytes(sum)
                + String.format(Locale.ROOT, " (%+.1f %%)", process == 0 ? 0 : 100.0 * (sum - process) / process));
        memory.values().entrySet().stream().filter(entry -> entry.getKey().startsWith(RESIDENT))
                .sorted(Map.Entry.<String, BigDecimal>comparingByValue().reversed()).forEach(entry -> {
                    final String owner = entry.getKey().substring(RESIDENT.length());
                    final long allocated = memory.whole(ALLOCATED + owner);
                    line(text, "  " + owner, Units.bytes(entry.getValue().longValue())
                            + (allocated == 0 ? "" : " of " + Units.bytes(allocated) + " taken")
                            + (owner.equals("rings") ? ", the kernel's and in no sum" : ""));
                });
        line(text, "  histograms", Units.bytes(memory.whole(ALLOCATED + "histograms")) + " of the heap");
        return text.toString();
    }

    private static void rated(final StringBuilder text, final String label, final String name, final LiveMetrics now,
            final LiveMetrics earlier) {
        line(text, label, Units.count(now.whole(name)) + " (" + Units.count(now.perSecond(name, earlier)) + "/s)");
    }

    private static void line(final StringBuilder text, final String label, final String value) {
        text.append(text.isEmpty() ? "" : "\n").append(label).repeat(' ', LABEL_WIDTH - label.length()).append(value);
    }

    private String json(final LiveMetrics now, final LiveMetrics earlier, final LiveMetrics memory) {
        final JsonLine metrics = new JsonLine();
        now.values().forEach((name, value) -> metrics.addRaw(name, value.toPlainString()));
        final JsonLine owners = new JsonLine();
        memory.values().forEach((name, value) -> owners.addRaw(name, value.toPlainString()));
        final JsonLine reasons = new JsonLine();
        now.reasons().forEach((reason, value) -> reasons.addRaw(reason, value.toPlainString()));
        return new JsonLine()
                .add("admin", address.getAddress().getHostAddress() + ":" + address.getPort())
                .add("requestsPerSecond", now.perSecond("requests_total", earlier))
                .addRaw("metrics", metrics.end())
                .addRaw("missesByReason", reasons.end())
                .addRaw("memory", owners.end())
                .end();
    }
}
