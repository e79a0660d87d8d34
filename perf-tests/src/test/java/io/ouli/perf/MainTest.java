package io.ouli.perf;

import com.sun.net.httpserver.HttpServer;
import io.ouli.perf.result.BenchResult;
import io.ouli.perf.result.Subject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The commands against a server that somebody else wrote: the JDK's. */
@Timeout(180)
class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final AtomicInteger counter = new AtomicInteger();
    private final CountDownLatch over = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private HttpServer server;
    private String base;

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/items/", exchange -> {
            final byte[] body = ("item " + exchange.getRequestURI()).getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.createContext("/count", exchange -> {
            final byte[] body = Integer.toString(counter.incrementAndGet()).getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.createContext("/falls-silent", exchange -> {
            if (counter.incrementAndGet() > 2) {
                try {
                    over.await();
                } catch (final InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.createContext("/turncoat", exchange -> {
            final byte[] body = (counter.incrementAndGet() > 20 ? "changed" : "as ever").getBytes(
                    StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        base = "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @AfterEach
    void stop() {
        over.countDown();
        server.stop(0);
        threads.close();
    }

    @Test
    void shouldLoadAServerAndKeepTheResult(@TempDir final Path folder) throws IOException {
        final Path file = folder.resolve("result.json");
        assertEquals(0, run("load", "--rate", "100", "-c", "4", "--warmup", "500ms", "-d", "500ms", "--distinct", "20",
                "--pid", Long.toString(ProcessHandle.current().pid()), "--out", file.toString(),
                base + "/items/{n}?x=1"), err::toString);
        assertTrue(out.toString().contains("100/s offered"), out::toString);
        assertTrue(out.toString().contains("verified, 0 not verified, 0 failed"), out::toString);
        assertTrue(out.toString().contains("CPU a request"), out::toString);
        final BenchResult result = BenchResult.read(file);
        assertEquals("load", result.kind());
        assertEquals(50, result.subjects().getFirst().latency().getTotalCount());
        assertTrue(result.warnings().toString().contains("only 1 round:"), result.warnings()::toString);
        assertFalse(result.facts().get("kernel").isEmpty());
        assertEquals(0, run("compare", file.toString(), file.toString()));
        assertTrue(out.toString().contains("figures moved beyond noise"), out::toString);
        final Path other = folder.resolve("other.json");
        Files.writeString(other, Files.readString(file).replace('"' + result.subjects().getFirst().name() + '"',
                "\"of something else\""));
        assertEquals(2, run("compare", "--fail-on-worse", file.toString(), other.toString()), out::toString);
        assertTrue(out.toString().contains("the two results have no figure in common"), out::toString);
    }

    @Test
    void shouldFindTheCeiling() {
        assertEquals(0, run("load", "-c", "2", "--warmup", "0s", "-d", "2s", base + "/items/1"), err::toString);
        assertTrue(out.toString().contains("closed loop"), out::toString);
    }

    @Test
    void shouldSayThatAServerDoesNotAnswerAlike() {
        assertEquals(0, run("load", "--rate", "100", "-c", "1", "--warmup", "0s", "-d", "200ms", base + "/count"));
        assertTrue(err.toString().contains("does not answer alike"), err::toString);
    }

    @Test
    void shouldSayThatAServerRefuses(@TempDir final Path folder) {
        final Path file = folder.resolve("refused.json");
        assertEquals(0, run("load", "--rate", "100", "-c", "1", "--warmup", "0s", "-d", "200ms", "-o", file.toString(),
                base + "/nothing"));
        assertTrue(BenchResult.read(file).warnings().getFirst().contains("answers 404 to GET /nothing"),
                BenchResult.read(file).warnings()::toString);
    }

    @Test
    void shouldFailWhenAReplyChangesDuringTheRun() {
        assertEquals(1, run("load", "--rate", "100", "-c", "1", "--warmup", "0s", "-d", "500ms", base + "/turncoat"));
        assertTrue(out.toString().contains("replies were wrong"), out::toString);
    }

    @Test
    void shouldNotGiveFiguresOfAServerThatFallsSilent() {
        assertEquals(3, run("load", "-c", "1", "--warmup", "0s", "-d", "100ms", "--timeout", "1s",
                base + "/falls-silent"), out::toString);
        assertTrue(err.toString().contains("no reply came while it was measured"), err::toString);
    }

    @Test
    void shouldTellInOneLineWhatIsWrongWithACommandLine() {
        assertEquals(2, run("load", "--rounds", "0", base + "/items/1"));
        assertEquals(2, run("load", "--rate", "x", base + "/items/1"));
        assertEquals(2, run("lod"));
        assertEquals(2, run());
        assertEquals("""
                ouli: error: Invalid value for option '--rounds': '0' is no number of rounds; choose 1 to 10000; \
                try 'ouli bench load --help'
                ouli: error: Invalid value for option '--rate': 'x' is not a double; try 'ouli bench load --help'
                ouli: error: Unmatched argument at index 0: 'lod'; did you mean load? \
                try 'ouli bench --help'
                ouli: error: what is to be measured is missing; try 'ouli bench --help'
                """, err.toString());
    }

    @Test
    void shouldClimbALadder(@TempDir final Path folder) {
        final Path file = folder.resolve("ladder.json");
        assertEquals(0, run("ladder", "--rates", "50,100", "-c", "2", "--warmup", "50ms", "-d", "200ms",
                "-o", file.toString(), base + "/items/1"), err::toString);
        assertTrue(out.toString().contains("knee:"), out::toString);
        assertEquals(2, BenchResult.read(file).subjects().size());
    }

    @Test
    void shouldMeasurePeersOrNameWhatIsMissing(@TempDir final Path folder) {
        final Path file = folder.resolve("peers.json");
        final int code = run("peers", "--peers", "nginx,nginx-map,wiremock", "--peers-dir", folder.toString(),
                "--distinct", "20", "--rounds", "2", "-c", "4", "--warmup", "50ms", "--ceiling", "400ms",
                "--latency", "200ms", "--rate", "100", "--no-pinning", "-o", file.toString());
        assertTrue((out.toString() + err).contains("wiremock was skipped: its jar is not there"), err::toString);
        if (code == 3) {
            assertTrue(err.toString().contains("nginx was skipped: nginx is not installed"), err::toString);
            return;
        }
        assertEquals(0, code, err::toString);
        final BenchResult result = BenchResult.read(file);
        assertEquals(2, result.subjects().size());
        final Subject reference = result.subject("nginx").orElseThrow();
        final Subject other = result.subject("nginx-map").orElseThrow();
        assertEquals(1.0, reference.median("rateRatio"));
        // On a machine that is busy with other things a part may pass without a reply, and its round has no ratio.
        final long answered = IntStream.range(0, 2).filter(round -> achieved(reference, round) > 0
                && achieved(other, round) > 0).count();
        assertEquals(answered, other.values("rateRatio").length);
    }

    private static double achieved(final Subject subject, final int round) {
        return subject.rounds().get(round).get("achievedPerSecond");
    }

    @Test
    void shouldRunAScenario(@TempDir final Path folder) {
        final Path file = folder.resolve("scenario.json");
        assertEquals(0, run("scenario", "throughput", "open", "--distinct", "50", "--rounds", "1", "--no-pinning",
                "-o", file.toString()), err::toString);
        assertTrue(out.toString().contains("RFC-008: > 100,000/s"), out::toString);
        assertEquals(2, BenchResult.read(file).subjects().size());
    }

    @Test
    void shouldExplainWhatCannotBeMeasured() throws Exception {
        assertEquals(2, run("load", "https://127.0.0.1/"));
        assertTrue(err.toString().contains("is no http URL"), err::toString);
        assertEquals(2, run("load", "--rate", "0", base));
        assertTrue(err.toString().contains("--rate must be above 0"), err::toString);
        assertEquals(2, run("load", "--rate", "1e12", base));
        assertEquals(2, run("load", "http://127.0.0.1:99999/"));
        assertTrue(err.toString().contains("is not from 1 to 65535"), err::toString);
        assertFalse(err.toString().contains("Usage:"), err::toString);
        assertEquals(3, run("load", "http://127.0.0.1:1/"));
        assertTrue(err.toString().contains("is the server running"), err::toString);
        assertEquals(2, run("load", "--duration", "soon", base));
        assertTrue(err.toString().contains("write 500ms, 10s or 2m"), err::toString);
        assertEquals(3, run("load", "--pid", "999999999", base + "/items/1"));
        assertEquals(3, run("ladder", "--rates", "5,4", base + "/items/1"));
        final Path text = Files.createTempFile("no", ".json");
        assertEquals(2, run("compare", text.toString(), text.toString()));
        Files.writeString(text, "[1]");
        assertEquals(2, run("report", text.toString()));
        assertTrue(err.toString().contains(text + " is no result of ouli bench; name a file"), err::toString);
        Files.delete(text);
        assertEquals(2, run("compare", text.toString(), text.toString()));
        assertTrue(err.toString().contains("there is no file " + text + "; name a file"), err::toString);
        assertEquals(2, run("peers", "--peers", "absent"));
        assertEquals(2, run("matrix", "--rows", "absent"));
        assertEquals(2, run());
    }

    @Test
    void shouldSaySomethingWholeOfEachCommand() {
        assertEquals(0, run("--help"));
        final String help = out.toString();
        final String commands = help.substring(help.indexOf("Commands:"), help.indexOf("Exit codes:"));
        for (final String command : commands.replaceAll("\\s+", " ").split(" (?=(load|ladder|peers|scenario|record|"
                + "coldstart|matrix|quick|connections|soak|storage|compare|report) [A-Z])")) {
            assertTrue(command.strip().matches("Commands:|.*\\."), command);
        }
    }

    private int run(final String... args) {
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
    }
}
