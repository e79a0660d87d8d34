package io.ouli.perf.load;

import io.ouli.engine.transport.TransportChoice;
import io.ouli.perf.corpus.Corpus;
import io.ouli.perf.corpus.CorpusItem;
import io.ouli.perf.corpus.ExpectedReply;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

@Timeout(180)
class LoadRunTest {
    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    /** The request with which a server goes wrong: early, so that it comes although the machine pauses. */
    private static final long FAULT = 5;
    private static final Corpus CORPUS = Corpus.generated(50, 300, 5, 1);
    private static final Map<String, byte[]> REPLIES = CORPUS.items().stream().collect(Collectors.toMap(
            item -> item.method() + ' ' + item.target() + ' ',
            item -> TestServer.reply(200, item.expected().body())));

    @ParameterizedTest
    @EnumSource(value = TransportChoice.class, names = {"AUTO", "NIO"})
    void shouldAnswerEveryPlannedRequestAndVerifyItsBytes(final TransportChoice transport) throws Exception {
        try (TestServer server = new TestServer(LoadRunTest::faithful)) {
            final LoadOutcome outcome = run(plan(server, 500, 4, 200, 600).withTransport(transport));
            assertEquals(300, outcome.stats().planned);
            assertEquals(300, outcome.stats().verified + outcome.stats().neverSent);
            assertEquals(300, outcome.latency().getTotalCount());
            assertEquals(0, outcome.failures());
        }
    }

    /** One stall of half a second delays half of a second's requests, not one: the plan goes on without the server. */
    @Test
    void shouldChargeAStallToEveryRequestThatItKeptWaiting() throws Exception {
        final AtomicBoolean stalled = new AtomicBoolean();
        final Object gate = new Object();
        try (TestServer server = new TestServer((number, request, out) -> {
            synchronized (gate) {
                // All connections share the gate, so a stall stops the whole server.
                if (number >= 200 && stalled.compareAndSet(false, true)) {
                    Thread.sleep(500);
                }
            }
            return faithful(number, request, out);
        })) {
            final LoadOutcome outcome = run(plan(server, 400, 4, 0, 1_500));
            final Histogram latency = outcome.latency();
            final Histogram service = outcome.stats().service;
            final long lateByPlan = count(latency, 100 * MILLI);
            final long lateByService = count(service, 100 * MILLI);
            // 200 requests were planned during the stall; those of its first 400 ms waited for 100 ms or more.
            assertTrue(lateByPlan >= 150, () -> lateByPlan + " requests waited for 100 ms or more");
            // What a closed-loop tester sees: one late reply a connection.
            assertTrue(lateByService <= lateByPlan / 4, () -> lateByService + " late by service time");
            assertTrue(latency.getMaxValue() >= 490 * MILLI, () -> "max " + latency.getMaxValue());
            assertEquals(600, latency.getTotalCount());
        }
    }

    @Test
    void shouldCountTheRepliesThatAFarTooHighRateStillGets() throws Exception {
        try (TestServer server = new TestServer((number, request, out) -> {
            Thread.sleep(20);
            return faithful(number, request, out);
        })) {
            final LoadOutcome outcome = run(plan(server, 1_000, 2, 1_000, 500));
            assertFalse(outcome.rateHeld());
            assertEquals(0, outcome.stats().verified);
            assertTrue(outcome.verified() > 3, () -> outcome.verified() + " verified");
            assertTrue(outcome.metrics().get("serviceP50Micros") >= 20_000, () -> outcome.metrics().toString());
            assertEquals(500, outcome.latency().getTotalCount());
        }
    }

    @Test
    void shouldCountWhatWasNeverSentWithTheTimeItWaited() throws Exception {
        try (TestServer server = new TestServer((number, request, out) -> {
            Thread.sleep(20);
            return faithful(number, request, out);
        })) {
            final LoadOutcome outcome = run(plan(server, 1_000, 2, 0, 1_000));
            assertFalse(outcome.rateHeld());
            assertTrue(outcome.stats().neverSent > 700, () -> outcome.stats().neverSent + " never sent");
            assertEquals(1_000, outcome.latency().getTotalCount());
            assertTrue(outcome.latency().getValueAtPercentile(50) > 300 * MILLI);
            assertTrue(outcome.warnings().getFirst().contains("the rate was not held"), outcome.warnings()::toString);
        }
    }

    @Test
    void shouldFindOneWrongByte() throws Exception {
        try (TestServer server = new TestServer((number, request, out) -> {
            final byte[] reply = REPLIES.get(line(request)).clone();
            if (number == FAULT) {
                reply[reply.length - 9] ^= 1;
            }
            out.write(reply);
            return true;
        })) {
            final LoadOutcome outcome = run(plan(server, 200, 1, 0, 500));
            assertEquals(1, outcome.stats().wrongBody);
            assertEquals(99, outcome.stats().verified + outcome.stats().neverSent);
            assertTrue(outcome.stats().firstProblem.contains("300 other bytes"), () -> outcome.stats().firstProblem);
        }
    }

    @Test
    void shouldTellAWrongStatusAndAWrongLength() throws Exception {
        try (TestServer server = new TestServer((number, request, out) -> {
            out.write(number == FAULT ? TestServer.reply(404, new byte[3])
                    : number == FAULT + 1 ? TestServer.reply(200, new byte[3]) : REPLIES.get(line(request)));
            return true;
        })) {
            final LoadOutcome outcome = run(plan(server, 200, 1, 0, 500));
            assertEquals(1, outcome.stats().wrongStatus);
            assertEquals(1, outcome.stats().wrongBody);
            assertEquals(2, outcome.failures());
        }
    }

    @Test
    void shouldConnectAgainToAServerThatClosesAfterEachReply() throws Exception {
        try (TestServer server = new TestServer((number, request, out) -> {
            final byte[] body = bodyOf(request);
            out.write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            out.write(body);
            return false;
        })) {
            final LoadOutcome outcome = run(plan(server, 100, 2, 0, 500));
            assertEquals(50, outcome.stats().verified + outcome.stats().neverSent, () -> outcome.stats().firstProblem);
            assertTrue(outcome.stats().reconnects >= outcome.stats().verified - 5,
                    () -> outcome.stats().reconnects + " connections made again");
        }
    }

    @Test
    void shouldFailWhatIsUnderWayWhenAConnectionBreaks() throws Exception {
        try (TestServer server = new TestServer((number, request, out) ->
                number != FAULT && faithful(number, request, out))) {
            final LoadOutcome outcome = run(plan(server, 200, 1, 0, 500));
            assertEquals(1, outcome.stats().connectionErrors);
            assertEquals(99, outcome.stats().verified + outcome.stats().neverSent);
            assertTrue(outcome.warnings().getFirst().contains("lost with their connection"));
        }
    }

    @Test
    void shouldSayThatTheServerIsGone() throws Exception {
        final CompletableFuture<TestServer> itself = new CompletableFuture<>();
        try (TestServer server = new TestServer((number, request, out) -> {
            if (number == FAULT) {
                itself.join().close();
            }
            return faithful(number, request, out);
        })) {
            itself.complete(server);
            final LoadOutcome outcome = run(plan(server, 400, 4, 0, 1_000));
            assertTrue(outcome.failures() > 100, () -> outcome.failures() + " failed");
            assertTrue(outcome.warnings().stream().anyMatch(warning -> warning.startsWith("the server was gone: ")),
                    () -> outcome.warnings().toString());
        }
    }

    @Test
    void shouldGiveUpOnARequestThatIsTooOld() throws Exception {
        try (TestServer server = new TestServer((number, request, out) -> {
            if (number == FAULT) {
                Thread.sleep(5_000);
            }
            return faithful(number, request, out);
        })) {
            final LoadOutcome outcome = run(plan(server, 100, 2, 0, 800).withTimeout(200 * MILLI));
            assertTrue(outcome.stats().timeouts >= 1, "others may be late as well where the machine pauses");
            assertEquals(outcome.stats().planned, outcome.stats().verified + outcome.stats().timeouts
                    + outcome.stats().neverSent);
            assertTrue(outcome.latency().getMaxValue() >= 200 * MILLI);
        }
    }

    @ParameterizedTest
    @EnumSource(value = TransportChoice.class, names = {"AUTO", "NIO"})
    void shouldReadChunkedAndPipelinedRepliesInOrder(final TransportChoice transport) throws Exception {
        try (TestServer server = new TestServer((number, request, out) -> {
            final byte[] body = bodyOf(request);
            out.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64;x=y\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            out.write(body, 0, 100);
            out.write("\r\nC8\r\n".getBytes(StandardCharsets.US_ASCII));
            out.write(body, 100, 200);
            out.write("\r\n0\r\nX-Trailer: 1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return true;
        })) {
            final LoadOutcome outcome = run(plan(server, 0, 2, 0, 1_500).withDepth(8).withTransport(transport));
            assertTrue(outcome.stats().verified > 30, () -> outcome.stats().verified + " verified");
            assertEquals(0, outcome.failures(), () -> outcome.stats().firstProblem);
        }
    }

    @Test
    void shouldShareTheRateAmongThreads() throws Exception {
        try (TestServer server = new TestServer(LoadRunTest::faithful)) {
            final LoadPlan one = plan(server, 600, 6, 100, 500);
            final LoadPlan plan = new LoadPlan(one.address(), 600, 6, 1, 3, one.warmupNanos(), one.durationNanos(),
                    one.timeoutNanos(), one.spinNanos(), one.transport());
            final LoadOutcome outcome = run(plan);
            assertEquals(300, outcome.stats().planned, 3);
            assertEquals(outcome.stats().planned, outcome.stats().verified + outcome.stats().neverSent);
            assertEquals(outcome.stats().planned, outcome.latency().getTotalCount());
        }
    }

    @Test
    void shouldSayThatNobodyListens() throws Exception {
        final int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        final LoadPlan plan = LoadPlan.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 10, 1, 0,
                100 * MILLI);
        final LoadException fault = assertThrows(LoadException.class, () -> run(plan));
        assertTrue(fault.getMessage().contains("is the server running"), fault::getMessage);
    }

    @Test
    void shouldMeasureTheServersProcess() throws Exception {
        try (TestServer server = new TestServer(LoadRunTest::faithful)) {
            final LoadOutcome outcome = new LoadRun(plan(server, 500, 2, 0, 400), CORPUS, ProcessHandle.current())
                    .execute();
            assertTrue(outcome.server().rssBytes() > 1 << 20);
            assertTrue(outcome.metrics().containsKey("cpuMicrosPerRequest"));
        }
    }

    @Test
    void shouldAcceptAnythingWhenNothingIsExpected() throws Exception {
        final Corpus corpus = new Corpus("free", List.of(new CorpusItem("HEAD", "/", List.of(), new byte[0], null),
                new CorpusItem("GET", "/", List.of(), new byte[0], new ExpectedReply(200, null))));
        try (TestServer server = new TestServer((number, request, out) -> {
            out.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            if (request.startsWith("GET")) {
                out.write("hello".getBytes(StandardCharsets.US_ASCII));
            }
            return true;
        })) {
            final LoadOutcome outcome = new LoadRun(plan(server, 40, 1, 0, 1_000), corpus, null).execute();
            assertEquals(40, outcome.stats().unverified + outcome.stats().verified + outcome.stats().neverSent,
                    () -> outcome.stats().firstProblem);
            // HEAD and GET take turns, and only of GET a status is expected.
            assertEquals(outcome.stats().verified, outcome.stats().unverified, 1);
        }
    }

    private static LoadOutcome run(final LoadPlan plan) throws InterruptedException {
        return new LoadRun(plan, CORPUS, null).execute();
    }

    private static LoadPlan plan(
            final TestServer server,
            final double rate,
            final int connections,
            final long warmupMillis,
            final long millis) {
        return LoadPlan.of(server.address(), rate, connections, warmupMillis * MILLI, millis * MILLI);
    }

    private static boolean faithful(final long number, final String request, final java.io.OutputStream out)
            throws Exception {
        out.write(REPLIES.get(line(request)));
        return true;
    }

    private static byte[] bodyOf(final String request) {
        return CORPUS.items().stream().filter(item -> line(request).startsWith(item.method() + ' ' + item.target()))
                .findFirst().orElseThrow().expected().body();
    }

    private static String line(final String request) {
        return request.substring(0, request.indexOf("HTTP/1.1"));
    }

    private static long count(final Histogram histogram, final long atLeast) {
        return histogram.getCountBetweenValues(atLeast, histogram.getMaxValue());
    }
}
