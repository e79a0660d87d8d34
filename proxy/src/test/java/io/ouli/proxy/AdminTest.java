package io.ouli.proxy;

import com.sun.net.httpserver.HttpServer;
import io.ouli.engine.Mode;
import io.ouli.engine.OuliException;
import io.ouli.engine.metrics.PerformanceReport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The admin port as a program sees it, byte by byte. */
@Timeout(120)
class AdminTest {
    private static final String FIRST = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirst";
    private static final String SECOND = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecond";
    private static final String GET = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";

    @TempDir
    private Path directory;

    private ProxyServer start(final Mode mode, final URI target) {
        return ProxyServer.start(Proxies.config(mode, directory, target)
                .admin(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).workers(2).build());
    }

    private static String ask(final ProxyServer proxy, final String request, final String fields) throws IOException {
        try (RawClient client = new RawClient(proxy.adminAddress())) {
            return client.send(request + " HTTP/1.1\r\nConnection: close\r\n" + fields + "\r\n").readAll();
        }
    }

    private static String ask(final ProxyServer proxy, final String request) throws IOException {
        return ask(proxy, request, "Host: 127.0.0.1:1\r\n");
    }

    private void record() throws IOException {
        final String[] replies = {FIRST, SECOND};
        final int[] count = {0};
        try (RawUpstream upstream = new RawUpstream((request, out, socket) -> {
            out.write(replies[count[0]++].getBytes(StandardCharsets.US_ASCII));
            return true;
        }); ProxyServer proxy = start(Mode.RECORD, upstream.url()); RawClient client = Proxies.client(proxy)) {
            assertEquals(FIRST, client.send(GET).read(FIRST.length()));
            assertTrue(ask(proxy, "POST /seal").endsWith("{\"sealed\":true}\n"));
            assertTrue(Files.size(directory.resolve("default.ouli")) > 0);
            assertEquals(SECOND, client.send(GET).read(SECOND.length()));
            assertTrue(ask(proxy, "GET /sessions").contains(
                    "{\"name\":\"default\",\"replayable\":0,\"recorded\":2,\"failure\":null}"));
            final String metrics = ask(proxy, "GET /metrics");
            assertEquals(2, sum(metrics, "ouli_recorded_exchanges_total"));
            assertTrue(sum(metrics, "ouli_commits_total") >= 1, metrics);
        }
    }

    /** Exchanges that end in the middle, for want of an upstream or of a client, leave no memory behind either. */
    @Test
    void shouldCountTheMemoryOfInteractionsUntilItIsBack() throws Exception {
        final String half = "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nhalf";
        final Semaphore asked = new Semaphore(0);
        final Semaphore answer = new Semaphore(0);
        try (RawUpstream upstream = new RawUpstream((request, out, socket) -> {
            if (request.contains(" /whole ")) {
                out.write(FIRST.getBytes(StandardCharsets.US_ASCII));
                return true;
            }
            out.write(half.getBytes(StandardCharsets.US_ASCII));
            out.flush();
            asked.release();
            answer.acquire();
            return false;
        }); ProxyServer proxy = start(Mode.RECORD, upstream.url())) {
            try (RawClient leaves = Proxies.client(proxy); RawClient stays = Proxies.client(proxy);
                    RawClient whole = Proxies.client(proxy)) {
                leaves.send(GET).read(half.length());
                stays.send(GET).read(half.length());
                for (int i = 0; i < 20; i++) {
                    assertEquals(FIRST, whole.send("GET /whole HTTP/1.1\r\nHost: h\r\n\r\n").read(FIRST.length()));
                }
                asked.acquire(2);
                ask(proxy, "POST /seal");
                final String during = ask(proxy, "GET /metrics");
                assertEquals(2, sum(during, "ouli_frame_buffers_lent"));
                assertTrue(sum(during, "ouli_frame_buffers_lent_bytes") >= 2 * half.length(), during);
                assertTrue(sum(during, "ouli_frame_buffer_hits_total") + sum(during, "ouli_frame_buffer_misses_total")
                        >= 22, during);
            }
            answer.release(2);
            Eventually.holds("all of it is back",
                    () -> sum(ask(proxy, "GET /metrics"), "ouli_frame_buffers_lent") == 0);
            final String after = ask(proxy, "GET /metrics");
            assertEquals(0, sum(after, "ouli_frame_buffers_lent_bytes"));
            assertTrue(sum(after, "ouli_frame_buffers_kept_bytes") > 0, after);
        }
    }

    @Test
    void shouldShowSessionsAndRewindThem() throws Exception {
        record();
        try (ProxyServer proxy = start(Mode.REPLAY, null); RawClient client = Proxies.client(proxy)) {
            assertEquals(FIRST + SECOND, client.send(GET + GET).read(FIRST.length() + SECOND.length()));
            assertTrue(ask(proxy, "GET /sessions").contains(
                    "{\"name\":\"default\",\"replayable\":2,\"recorded\":0,\"failure\":null}"));
            assertTrue(ask(proxy, "POST /reset?session=default").endsWith("{\"reset\":1}\n"));
            assertEquals(FIRST, client.send(GET).read(FIRST.length()));
            assertTrue(ask(proxy, "POST /reset").endsWith("{\"reset\":1}\n"));
            assertEquals(FIRST, client.send(GET).read(FIRST.length()));
            assertTrue(ask(proxy, "POST /reset?session=other").startsWith("HTTP/1.1 404 "));
            assertTrue(ask(proxy, "POST /reset?name=default").startsWith("HTTP/1.1 400 "));
            final String nameless = ask(proxy, "POST /evict");
            assertTrue(nameless.startsWith("HTTP/1.1 400 ") && nameless.contains("/evict?session=NAME"), nameless);
            assertTrue(ask(proxy, "POST /evict?session=other").startsWith("HTTP/1.1 404 "));
            assertTrue(ask(proxy, "POST /evict?session=default").endsWith("{\"evicted\":1}\n"));
            assertTrue(ask(proxy, "POST /evict?session=default").startsWith("HTTP/1.1 404 "));
            assertTrue(ask(proxy, "POST /seal").startsWith("HTTP/1.1 409 "));
            assertTrue(ask(proxy, "POST /seal?session=one").startsWith("HTTP/1.1 400 "));
        }
    }

    @Test
    void shouldCountForPrometheus() throws Exception {
        record();
        try (ProxyServer proxy = start(Mode.REPLAY, null); RawClient client = Proxies.client(proxy)) {
            client.send(GET).read(FIRST.length());
            client.send("GET /never HTTP/1.1\r\nHost: h\r\n\r\n").readResponse();
            // A reply is timed once the kernel has it, and so may the client have, sooner than that is noted.
            Eventually.holds("both replies are timed", () -> proxy.newPerformanceMonitor().total().count() == 2);
            final String reply = ask(proxy, "GET /metrics");
            assertTrue(reply.toLowerCase(Locale.ROOT)
                    .contains("content-type: text/plain; version=0.0.4; charset=utf-8\r\n"), reply);
            assertEquals(2, sum(reply, "ouli_requests_total"));
            assertEquals(1, sum(reply, "ouli_hits_total"));
            assertEquals(1, sum(reply, "ouli_misses_total"));
            assertTrue(reply.contains(",reason=\"no-key\"} 1\n"), reply);
            assertEquals(1, sum(reply, "ouli_connections_open"));
            // Of the second reply it may not be known yet that it was sent.
            assertTrue(sum(reply, "ouli_sent_bytes_total") >= FIRST.length(), reply);
            assertTrue(sum(reply, "ouli_enter_calls_total") > 0, reply);
            assertEquals(2, sum(reply, "ouli_workers"));
            assertTrue(reply.contains("\nouli_longest_turn_seconds{worker=\"1\"} "), reply);
            checkFormat(reply.substring(reply.indexOf("\r\n\r\n") + 4));
            assertTrue(reply.contains("ouli_request_duration_seconds_count 2\n"), reply);
            assertTrue(reply.contains("ouli_recent_request_duration_seconds_count 2\n"), reply);
            final String later = ask(proxy, "GET /metrics");
            assertTrue(later.contains("ouli_request_duration_seconds_count 2\n"), later);
            assertTrue(later.contains("ouli_recent_request_duration_seconds_count 0\n"), later);
            final PerformanceReport report = proxy.newPerformanceMonitor().report();
            assertEquals(2, report.total().count());
            assertEquals(0, report.interval().count());
            final String memory = ask(proxy, "GET /memory");
            assertTrue(memory.contains("ouli_memory_resident_bytes{owner=\"recordings\"}"), memory);
        }
    }

    /** Every metric has one HELP and one TYPE before its samples, a unit where it has one, and a line in the docs. */
    private static void checkFormat(final String text) throws IOException {
        final String documented = Files.readString(Path.of("../docs/ADMIN.md"));
        final Pattern sample = Pattern.compile("(ouli_[a-z_]+?)(_sum|_count)?"
                + "(\\{(worker=\"[01]\"(,reason=\"[a-z-]+\")?|quantile=\"0[.0-9]+\"|owner=\"[a-z]+\")})? [0-9.]+");
        final Set<String> names = new HashSet<>();
        String current = "";
        for (final String line : text.split("\n")) {
            if (line.startsWith("# HELP ")) {
                current = line.split(" ")[2];
                assertTrue(names.add(current), "twice: " + line);
                assertTrue(documented.contains("| `" + current + "` |"), "not in docs/ADMIN.md: " + current);
            } else if (line.startsWith("# TYPE ")) {
                assertEquals("# TYPE " + current + (current.endsWith("_total") ? " counter"
                        : current.endsWith("request_duration_seconds") && !current.contains("longest") ? " summary"
                        : " gauge"), line);
            } else {
                final Matcher matcher = sample.matcher(line);
                assertTrue(matcher.matches() && matcher.group(1).equals(current), line);
            }
        }
        final Matcher rows = Pattern.compile("(?m)^\\| `(ouli_[a-z_]+)` ").matcher(documented);
        while (rows.find()) {
            assertTrue(names.contains(rows.group(1)), "documented, but not there: " + rows.group(1));
        }
    }

    private static long sum(final String text, final String name) {
        return text.lines().filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .mapToLong(line -> Long.parseLong(line.substring(line.lastIndexOf(' ') + 1))).sum();
    }

    @Test
    void shouldAnswerOnlyWhatItKnowsAndOnlyPrograms() throws Exception {
        Files.createDirectories(directory);
        try (ProxyServer proxy = start(Mode.REPLAY, null)) {
            assertTrue(ask(proxy, "GET /health").contains("{\"status\":\"ok\",\"transport\":\""));
            assertTrue(ask(proxy, "HEAD /health").startsWith("HTTP/1.1 200 "));
            assertTrue(ask(proxy, "GET /nothing").startsWith("HTTP/1.1 404 "));
            assertTrue(ask(proxy, "GET /metrics/").startsWith("HTTP/1.1 404 "));
            final String wrong = ask(proxy, "DELETE /sessions");
            assertTrue(wrong.startsWith("HTTP/1.1 405 ") && wrong.contains("Allow: GET, HEAD\r\n"), wrong);
            assertTrue(ask(proxy, "GET /reset").contains("Allow: POST\r\n"));
            assertTrue(ask(proxy, "POST /reset", "Host: localhost\r\nOrigin: http://evil.example\r\n")
                    .startsWith("HTTP/1.1 403 "));
            assertTrue(ask(proxy, "GET /sessions", "Host: evil.example\r\n").startsWith("HTTP/1.1 403 "));
            assertTrue(ask(proxy, "GET /sessions", "Host: 127.0.0.1.evil.example\r\n").startsWith("HTTP/1.1 403 "));
            assertTrue(ask(proxy, "GET /sessions", "Host: [::1]:9\r\n").startsWith("HTTP/1.1 200 "));
        }
    }

    @Test
    void shouldAnswerOthersWhileSomeSendHalfARequest() throws Exception {
        Files.createDirectories(directory);
        final List<RawClient> halves = new ArrayList<>();
        try (ProxyServer proxy = start(Mode.REPLAY, null)) {
            try {
                final String halfABody = "POST /reset HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n1";
                final String halfAField = "GET /health HTTP/1.1\r\nHost: loc";
                for (final String half : List.of("GET /hea", halfAField, halfABody, "\u0016")) {
                    for (int i = 0; i < 20; i++) {
                        final RawClient client = new RawClient(proxy.adminAddress());
                        halves.add(client);
                        client.send(half);
                    }
                }
                assertTrue(ask(proxy, "GET /health").startsWith("HTTP/1.1 200 "));
                assertTrue(ask(proxy, "GET /metrics").startsWith("HTTP/1.1 200 "));
                assertTrue(ask(proxy, "POST /reset").startsWith("HTTP/1.1 200 "));
            } finally {
                for (final RawClient half : halves) {
                    half.close();
                }
            }
        }
    }

    @Test
    void shouldRefuseToListenForOthersOrWhereSomebodyDoes() throws Exception {
        final OuliException others = assertThrows(OuliException.class, () -> Proxies
                .config(Mode.REPLAY, directory, null).admin(new InetSocketAddress("0.0.0.0", 0)).build());
        assertTrue(others.getMessage().contains("this machine only"), others.getMessage());
        final HttpServer other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        try (RawUpstream upstream = RawUpstream.answering(FIRST)) {
            final OuliException taken = assertThrows(OuliException.class, () -> ProxyServer.start(
                    Proxies.config(Mode.RECORD, directory, upstream.url()).admin(other.getAddress()).build()));
            assertTrue(taken.getMessage().contains("admin port " + other.getAddress().getPort()), taken.getMessage());
            assertFalse(Files.exists(directory.resolve("default.ouli")), "an empty recording was left behind");
        } finally {
            other.stop(0);
        }
    }
}
