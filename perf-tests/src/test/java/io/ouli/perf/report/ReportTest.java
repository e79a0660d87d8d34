package io.ouli.perf.report;

import io.ouli.perf.load.LoadStats;
import io.ouli.perf.result.BenchResult;
import io.ouli.perf.result.Subject;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import javax.xml.parsers.DocumentBuilderFactory;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ReportTest {
    @Test
    void shouldShowPlotsTablesAndFactsWithoutTheNetwork() {
        final String page = Report.of(List.of(result("peers", 1), result("ladder", 2)));
        assertEquals(3, count(page, "<figure>"));
        assertTrue(page.contains("prefers-color-scheme: dark"));
        assertTrue(page.contains("@media print"));
        assertTrue(page.contains("99.9 %"));
        assertTrue(page.contains("offered requests a second"));
        assertTrue(page.contains("Some &lt;Processor&gt;"));
        final int warning = page.indexOf("<li>peers: careful &amp; honest</li>");
        assertTrue(warning > 0 && warning < page.indexOf("<h2>"), "before any figure");
        for (final String outside : new String[] {"http://", "https://", "<script", "url(", "@import", " src="}) {
            assertFalse(page.contains(outside), outside);
        }
    }

    @Test
    void shouldMapAMatrixAndGreyWhatIsInsideTheNoise() {
        final List<Subject> cells = List.of(cell("base/nio", 10.0, 10.1, 9.9), cell("base/io_uring", 8.0, 8.1, 7.9),
                cell("pinned/nio", 10.1, 9.9, 10.0), cell("pinned/io_uring", 16.0, 16.2, 15.9));
        final String page = Report.of(List.of(new BenchResult("matrix", "2026-01-01T00:00:00Z", Map.of(), Map.of(),
                List.of(), cells)));
        final String map = page.substring(page.indexOf("<table class=\"heat\">"), page.indexOf("</figure>"));
        assertEquals(1, count(map, "class=\"same\""), map);
        assertTrue(map.contains("var(--bad) 55%") && map.contains("+100 %"), map);
    }

    @Test
    void shouldSayOnceWhatHoldsForManySubjects() {
        final List<Subject> cells = List.of(cell("a/nio", 1), cell("b/nio", 1), cell("c/nio", 1), cell("d/nio", 1));
        final String page = Report.of(List.of(new BenchResult("matrix", "2026-01-01T00:00:00Z", Map.of(), Map.of(),
                List.of("a/nio: used 160 ms only", "a/nio: was not quiet: 29.3 %", "b/nio: used 170 ms only",
                        "c/nio: used 20 ms only (and 1 more like it)", "d/nio: was not quiet: 7 %", "only 2 rounds"),
                cells)));
        assertTrue(page.contains("<ul><li>matrix: a/nio: used 160 ms only; 2 others likewise</li>"
                + "<li>matrix: a/nio: was not quiet: 29.3 %</li><li>matrix: d/nio: was not quiet: 7 %</li>"
                + "<li>matrix: only 2 rounds</li></ul>"), page);
    }

    private static Subject cell(final String name, final double... rounds) {
        final List<Map<String, Double>> figures = new ArrayList<>();
        for (final double round : rounds) {
            figures.add(Map.of("cpuMicrosPerRequest", round));
        }
        return new Subject(name, "", figures, null);
    }

    @Test
    void shouldShowHowColdStartsCompareWithTheFloorAndGiveRatesAUnit() {
        final String page = Report.of(List.of(new BenchResult("coldstart", "2026-01-01T00:00:00Z", Map.of(),
                Map.of("rate", "500.0"), List.of(), List.of(new Subject("ouli", "", List.of(
                Map.of("coldStartMillis", 70.0, "toFloor", 2.0), Map.of("coldStartMillis", 72.0, "toFloor", 2.1),
                Map.of("coldStartMillis", 71.0, "toFloor", 2.2)), null)))));
        assertTrue(page.contains("cold start, ratio to hello-world"), page);
        assertTrue(page.contains("<td>2.10<span class=\"bar\""), page);
        assertTrue(page.contains("<td>rate</td><td>500/s</td>"), page);
    }

    @Test
    void shouldSayWhetherWhatIsAskedOfAFigureIsMet() {
        final String lookup = page("scenario", "in-process lookup", "p50Micros", 49, "p99Micros", 100, "maxMicros", 1);
        assertTrue(lookup.contains("<small class=\"better\">met (RFC-008: p50 &lt; 50 µs)</small>"), lookup);
        assertTrue(lookup.contains("<small class=\"worse\">not met (RFC-008: p99 &lt; 100 µs)</small>"), lookup);
        assertEquals(2, count(lookup, "met .RFC-008"), "nothing is asked of the longest");
        final String throughput = page("scenario", "in-process throughput", "achievedPerSecond", 100_001);
        assertTrue(throughput.contains(">met (RFC-008: &gt; 100,000/s)<"), throughput);
        final String cold = page("coldstart", "ouli", "coldStartMillis", 50.1);
        assertTrue(cold.contains(">not met (RFC-008: 50 ms)<"), cold);
        assertTrue(page("coldstart", "ouli", "coldStartMillis", 50).contains(">met (RFC-008: 50 ms)<"));
        for (final String none : List.of(page("coldstart", "nginx", "coldStartMillis", 9),
                page("load", "load", "p50Micros", 9))) {
            assertFalse(none.contains("met ("), none);
        }
    }

    private static String page(final String kind, final String subject, final Object... figures) {
        final Map<String, Double> round = new LinkedHashMap<>();
        for (int i = 0; i < figures.length; i += 2) {
            round.put((String) figures[i], ((Number) figures[i + 1]).doubleValue());
        }
        return Report.of(List.of(new BenchResult(kind, "2026-01-01T00:00:00Z", Map.of(), Map.of(), List.of(),
                List.of(new Subject(subject, "", List.of(round), null)))));
    }

    @Test
    void shouldCompareTwoOfAKind() {
        final String page = Report.of(List.of(result("load", 1), result("load", 3)));
        assertTrue(page.contains("What moved"));
        assertTrue(page.contains("class=\"worse\""));
    }

    /** Every picture must be sound XML, or a browser may show half of it. */
    @Test
    void shouldDrawSoundPictures() throws Exception {
        final String page = Report.of(List.of(result("ladder", 1)));
        int at = page.indexOf("<svg");
        int pictures = 0;
        while (at >= 0) {
            final int end = page.indexOf("</svg>", at) + 6;
            final Document picture = DocumentBuilderFactory.newInstance().newDocumentBuilder()
                    .parse(new InputSource(new StringReader(page.substring(at, end))));
            assertFalse(page.substring(at, end).contains("NaN"));
            assertEquals("svg", picture.getDocumentElement().getTagName());
            pictures++;
            at = page.indexOf("<svg", end);
        }
        assertTrue(pictures > 2);
    }

    private static BenchResult result(final String kind, final double factor) {
        final SplittableRandom random = new SplittableRandom(1);
        final List<Subject> subjects = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            final Histogram histogram = LoadStats.histogram();
            for (int n = 0; n < 20_000; n++) {
                histogram.recordValue((long) (50_000 * i * factor * Math.exp(Math.abs(random.nextGaussian()))));
            }
            final List<Map<String, Double>> rounds = new ArrayList<>();
            for (int round = 0; round < 5; round++) {
                final Map<String, Double> figures = new LinkedHashMap<>();
                figures.put("offeredPerSecond", 1_000.0 * i);
                figures.put("achievedPerSecond", 1_000.0 * i);
                for (final String name : List.of("p50Micros", "p99Micros", "p999Micros", "maxMicros",
                        "cpuMicrosPerRequest")) {
                    figures.put(name, name.length() * 10 * i * factor + random.nextDouble());
                }
                figures.put("cpuRatio", 1 + random.nextDouble() * 0.01);
                rounds.add(figures);
            }
            subjects.add(new Subject("server " + i, "of kind <" + i + ">", rounds, histogram));
        }
        return new BenchResult(kind, "2026-01-01T00:00:00Z", Map.of("cpu", "Some <Processor>"), Map.of("rate", "5"),
                List.of("careful & honest"), subjects);
    }

    private static int count(final String text, final String part) {
        return text.split(part, -1).length - 1;
    }
}
