package io.ouli.perf.report;

import io.ouli.perf.result.BenchResult;
import io.ouli.perf.result.Comparison;
import io.ouli.perf.result.Figures;
import io.ouli.perf.result.Warnings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Makes the page from results: warnings first, then plots and tables, then what they stand on. */
public final class Report {
    private static final Map<String, String> TITLES = Map.ofEntries(
            Map.entry("load", "Load at a fixed rate"),
            Map.entry("ladder", "Latency at rising rates"),
            Map.entry("peers", "Beside other servers"),
            Map.entry("record", "Recording beside other proxies"),
            Map.entry("scenario", "Scenarios"),
            Map.entry("micro", "Micro-benchmarks"),
            Map.entry("coldstart", "Cold starts"),
            Map.entry("matrix", "Configurations of this machine"),
            Map.entry("metrics", "What metrics cost"),
            Map.entry("connections", "Many connections"),
            Map.entry("soak", "Load for long"),
            Map.entry("storage", "Large and many recordings"));

    private Report() {
    }

    /** {@return one page of one or more results; two of a kind are compared as well, the first being "before"} */
    public static String of(final List<BenchResult> results) {
        final StringBuilder out = new StringBuilder("<!doctype html>\n<html lang=\"en\">\n<head>"
                + "<meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
                + "<title>Ouli: measured</title>\n<style>\n").append(css()).append("</style></head>\n<body><main>\n");
        out.append("<h1>Ouli, measured</h1>\n");
        final BenchResult first = results.getFirst();
        out.append(Html.format("<p class=\"soft\">%s · %s · JDK %s · commit %s</p>\n",
                Html.escape(first.facts().getOrDefault("cpu", "unknown processor")),
                Html.escape("Linux " + first.facts().getOrDefault("kernel", "?")),
                Html.escape(first.facts().getOrDefault("jdk", "?")),
                Html.escape(first.facts().getOrDefault("commit", "?"))));
        warnings(out, results);
        if (results.size() == 2 && results.get(0).kind().equals(results.get(1).kind())) {
            out.append("<h2>What moved</h2>\n").append(FigureTable.of(
                    Comparison.of(results.get(0), results.get(1), 0.99, 0.02)));
        }
        results.forEach(result -> section(out, result));
        final boolean oneMachine =
                results.stream().map(BenchResult::facts).map(Report::lasting).distinct().count() == 1;
        for (final BenchResult result : oneMachine ? results.subList(0, 1) : results) {
            out.append("<h2>The machine").append(oneMachine ? "" : ", " + Html.escape(result.kind() + " of "
                    + result.started())).append("</h2>\n");
            pairs(out, result.facts());
        }
        return out.append("</main></body></html>\n").toString();
    }

    private static void section(final StringBuilder out, final BenchResult result) {
        final String title = TITLES.getOrDefault(result.kind(), result.kind());
        out.append("<section>\n<h2>").append(Html.escape(title)).append("</h2>\n<p class=\"soft\">measured ")
                .append(Html.escape(result.started().replace('T', ' ').replace("Z", " UTC"))).append("</p>\n");
        if ("matrix".equals(result.kind())) {
            out.append(HeatMap.render("CPU µs a request", result.subjects(), "cpuMicrosPerRequest"));
            out.append(HeatMap.render("p99 µs", result.subjects(), "p99Micros"));
        }
        if ("ladder".equals(result.kind())) {
            out.append(LadderPlot.render("Ladder", result.subjects()));
        }
        out.append(PercentilePlot.render("Latency by percentile", result.subjects()));
        out.append("<h3>Figures</h3>\n<p class=\"soft\">Medians over the rounds, below them the range of the rounds,"
                + " and where something is asked of a figure, whether that is met. Ratios"
                + " that may be 1 at 99 % confidence are grey.</p>\n").append(FigureTable.of(result));
        out.append("<h3>Settings</h3>\n");
        pairs(out, result.settings());
        out.append("<h3>What was measured</h3>\n").append(FigureTable.legend(result));
        out.append("</section>\n");
    }

    /** Says before any figure what is wrong with the figures. */
    private static void warnings(final StringBuilder out, final List<BenchResult> results) {
        if (results.stream().allMatch(result -> result.warnings().isEmpty())) {
            return;
        }
        out.append("<div class=\"warnings\"><ul>");
        results.forEach(result -> Warnings.of(result).forEach(warning -> out.append("<li>")
                .append(Html.escape(result.kind() + ": " + warning)).append("</li>")));
        out.append("</ul></div>\n");
    }

    /** Leaves out what changes from minute to minute. */
    private static Map<String, String> lasting(final Map<String, String> facts) {
        final Map<String, String> lasting = new LinkedHashMap<>(facts);
        lasting.remove("loadAverage");
        return lasting;
    }

    private static void pairs(final StringBuilder out, final Map<String, String> pairs) {
        out.append("<div class=\"scroll\"><table class=\"facts\"><tbody>\n");
        pairs.forEach((name, value) -> out.append("<tr><td>").append(Html.escape(spaced(name))).append("</td><td>")
                .append(Html.escape(withUnit(name, value))).append("</td></tr>\n"));
        out.append("</tbody></table></div>\n");
    }

    /** A result's file holds rates as plain numbers, so that they compare. */
    private static String withUnit(final String name, final String value) {
        return name.equals("rate") && value.matches("[0-9.]+")
                ? Figures.number(Double.parseDouble(value)) + "/s" : value;
    }

    /** Takes a name in camel case apart. */
    private static String spaced(final String name) {
        return name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
    }

    private static String css() {
        try (InputStream in = Report.class.getResourceAsStream("report.css")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
