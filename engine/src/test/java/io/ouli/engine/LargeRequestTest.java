package io.ouli.engine;

import io.ouli.engine.fingerprint.FingerprintPolicy;
import io.ouli.engine.http.RequestHead;
import io.ouli.engine.match.MatchMode;
import io.ouli.engine.recording.Recording;
import io.ouli.engine.redaction.Codings;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static io.ouli.engine.EngineHarness.begin;
import static io.ouli.engine.EngineHarness.bytes;
import static io.ouli.engine.EngineHarness.complete;
import static io.ouli.engine.EngineHarness.get;
import static io.ouli.engine.EngineHarness.look;
import static io.ouli.engine.EngineHarness.ok;
import static io.ouli.engine.EngineHarness.parse;
import static io.ouli.engine.EngineHarness.record;
import static io.ouli.engine.EngineHarness.replay;
import static io.ouli.engine.EngineHarness.reply;
import static io.ouli.engine.EngineHarness.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Requests that are redacted and fingerprinted by another thread than the one that serves clients. */
class LargeRequestTest {
    private static final String SECRET = "s3cr3t-value";
    private static final int LIMIT = Limits.MAX_BYTES_REDACTED_INLINE;
    private static final int INFLATED_LIMIT = 4 * LIMIT;

    @TempDir
    private Path folder;

    private final EndpointPolicy policy = new EndpointPolicy(
            Codings.lookingInto(INFLATED_LIMIT).secret("test", bytes(SECRET)).build(), FingerprintPolicy.DEFAULT);

    private Engine open(final Mode mode) {
        return Engine.open(EngineConfig.builder(folder).mode(mode).build());
    }

    private static String post(final String path, final String fields, final String body) {
        return "POST " + path + " HTTP/1.1\r\nHost: a\r\n" + fields + "Content-Length: " + body.length() + "\r\n\r\n"
                + body;
    }

    /** Keeps the other thread busy until a latch is counted down. */
    private static CountDownLatch busy(final Engine engine) {
        final CountDownLatch free = new CountDownLatch(1);
        engine.later(() -> {
            try {
                assertTrue(free.await(60, TimeUnit.SECONDS));
            } catch (final InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        return free;
    }

    private static void await(final CountDownLatch latch) throws InterruptedException {
        assertTrue(latch.await(60, TimeUnit.SECONDS), "nobody told");
    }

    private PreparedRequest prepare(final Replayer replayer, final String request) throws InterruptedException {
        final byte[] message = bytes(request);
        final RequestHead head = parse(message);
        final CountDownLatch done = new CountDownLatch(1);
        final PreparedRequest prepared = replayer.prepare(
                head, message, head.end(), message.length - head.end(), done::countDown);
        await(done);
        return prepared;
    }

    private static boolean takesLong(final String request) {
        final byte[] message = bytes(request);
        final RequestHead head = parse(message);
        return PreparedRequest.takesLong(head, message, head.end(), message.length - head.end());
    }

    @Test
    void shouldTellWhatTakesLong() {
        assertFalse(takesLong(get("/")));
        assertFalse(takesLong(post("/", "", "x".repeat(LIMIT))));
        assertTrue(takesLong(post("/", "", "x".repeat(LIMIT + 1))));
        assertTrue(takesLong(post("/", "Content-Encoding: br\r\n", "x")));
        assertTrue(takesLong(post("/", "", text(Codings.code("gzip", bytes("a file"))))));
        assertFalse(takesLong(post("/", "Content-Encoding: br\r\n", "")));
    }

    /** Its hash is that of the request as it came, and of the one before it. */
    @Test
    void shouldMatchItLikeTestServerWhetherPreparedOrNot() throws Exception {
        final String test = "Test-Name: t\r\n";
        final String first = post("/first", test, "{\"a\":1}");
        final String large = post("/large", test, "{\"s\":\"" + SECRET + "\",\"x\":\"" + "x".repeat(LIMIT) + "\"}");
        final String noObject = post("/none", test, "x".repeat(LIMIT + 1));
        final EngineConfig.Builder config = EngineConfig.builder(folder).matchMode(MatchMode.TEST_SERVER);
        try (Engine engine = Engine.open(config.mode(Mode.RECORD).build())) {
            final Recorder recorder = engine.newRecorder(policy);
            final Session session = engine.session("default");
            record(recorder, session, first, ok("first"));
            final byte[] message = bytes(large);
            final RequestHead head = parse(message);
            final CountDownLatch done = new CountDownLatch(1);
            final PreparedRequest prepared = recorder.prepare(
                    session, head, message, head.end(), message.length - head.end(), done::countDown);
            await(done);
            complete(recorder.begin(session, prepared), ok("large"));
            record(recorder, session, first, ok("first again"));
        }
        try (Engine engine = Engine.open(config.mode(Mode.REPLAY).build())) {
            final Replayer replayer = engine.newReplayer(policy);
            final Session session = engine.session("default");
            for (final boolean ahead : new boolean[] {true, false}) {
                assertEquals(ReplayOutcome.NO_KEY, ask(replayer, session, large, ahead), "not before the first");
                assertEquals(ReplayOutcome.HIT, ask(replayer, session, first, ahead));
                assertEquals(ok("first"), reply(replayer));
                assertEquals(ReplayOutcome.NO_KEY, ask(replayer, session, noObject, ahead), "test-server fails on it");
                assertEquals(ReplayOutcome.NO_KEY, ask(replayer, session, first, ahead), "the large one is next");
                assertEquals(ReplayOutcome.HIT, ask(replayer, session, large, ahead));
                assertEquals(ok("large"), reply(replayer));
                assertEquals(ReplayOutcome.HIT, ask(replayer, session, first, ahead), "the chain went on");
                assertEquals(ok("first again"), reply(replayer));
                session.reset();
            }
        }
    }

    private ReplayOutcome ask(
            final Replayer replayer, final Session session, final String request, final boolean ahead)
            throws InterruptedException {
        final byte[] message = bytes(request);
        return ahead ? replayer.replay(session, prepare(replayer, request))
                : replayer.replay(session, message, 0, message.length);
    }

    @Test
    void shouldRecordItInItsPlaceWhileOthersAreServed() throws Exception {
        final String large = post("/large", "", "x".repeat(LIMIT) + SECRET);
        final byte[] message = bytes(large);
        final RequestHead head = parse(message);
        try (Engine engine = open(Mode.RECORD)) {
            final Recorder recorder = engine.newRecorder(policy);
            final Session session = engine.session("default");
            final CountDownLatch free = busy(engine);
            final CountDownLatch done = new CountDownLatch(1);
            final PreparedRequest prepared = recorder.prepare(
                    session, head, message, head.end(), message.length - head.end(), done::countDown);
            assertThrows(IllegalStateException.class, () -> recorder.begin(session, prepared));
            record(recorder, session, get("/small"), ok("small"));
            assertEquals(1, done.getCount());
            free.countDown();
            await(done);
            complete(recorder.begin(session, prepared), ok("large"));
            assertFalse(recorder.keyTellsAll(), "it was redacted");
        }
        try (Recording sealed = Recording.open(folder.resolve("default.ouli"))) {
            assertEquals(post("/large", "", "x".repeat(LIMIT) + "REDACTED"), text(sealed.request(sealed.slotAt(0))));
            assertTrue(text(sealed.request(sealed.slotAt(1))).startsWith("GET /small "));
        }
        try (Engine engine = open(Mode.REPLAY)) {
            final Replayer replayer = engine.newReplayer(policy);
            final Session session = engine.session("default");
            assertEquals(ok("large"), replay(replayer, session, large));
            assertEquals(ReplayOutcome.HIT, replayer.replay(session, prepare(replayer, large)));
            assertEquals(ok("large"), reply(replayer));
            assertEquals(ok("small"), replay(replayer, session, get("/small")));
        }
    }

    @Test
    void shouldLeaveAGapForOneThatIsGivenUp() throws Exception {
        try (Engine engine = open(Mode.RECORD)) {
            final Recorder recorder = engine.newRecorder(policy);
            final Session session = engine.session("default");
            final byte[] message = bytes(post("/gone", "", "x".repeat(LIMIT + 1)));
            final RequestHead head = parse(message);
            recorder.prepare(session, head, message, head.end(), message.length - head.end(), () -> { });
            record(recorder, session, get("/"), ok("here"));
        }
        try (Engine engine = open(Mode.REPLAY)) {
            assertEquals(ok("here"), replay(engine.newReplayer(policy), engine.session("default"), get("/")));
        }
    }

    @Test
    void shouldReplayWhatCannotBeRecorded() throws Exception {
        final String zeros = text(Codings.code("gzip", new byte[INFLATED_LIMIT + 1]));
        final String request = post("/inflates", "Content-Encoding: gzip\r\n", zeros);
        final EndpointPolicy plain = EndpointPolicy.defaults();
        try (Engine engine = open(Mode.RECORD)) {
            record(engine.newRecorder(plain), engine.session("default"), request, ok("reply"));
        }
        try (Engine engine = open(Mode.AUTO)) {
            final Session session = engine.session("default");
            final Replayer replayer = engine.newReplayer(policy);
            final PreparedRequest known = prepare(replayer, request);
            assertEquals(ReplayOutcome.HIT, replayer.replay(session, known));
            final PreparedRequest other = prepare(replayer, request.replace("/inflates", "/unknown"));
            assertEquals(ReplayOutcome.NO_KEY, replayer.replay(session, other));
            replayer.forget();
            final Recorder recorder = engine.newRecorder(policy);
            final OuliException refused =
                    assertThrows(OuliException.class, () -> recorder.begin(engine.session("another"), other));
            assertTrue(refused.getMessage().contains("a request was not recorded"), refused.getMessage());
        }
    }

    @Test
    void shouldSayWhatARedactedBodyIsTooLongFor() throws Exception {
        final byte[] body = new byte[Limits.MAX_REQUEST_BYTES + SECRET.length()];
        System.arraycopy(bytes(SECRET), 0, body, 0, SECRET.length());
        final EndpointPolicy deep = new EndpointPolicy(
                Codings.lookingInto(2 * Limits.MAX_REQUEST_BYTES).secret("test", bytes(SECRET)).build(),
                FingerprintPolicy.DEFAULT);
        final String request = post("/long", "Content-Encoding: gzip\r\n", text(Codings.code("gzip", body)));
        try (Engine engine = open(Mode.RECORD)) {
            record(engine.newRecorder(deep), engine.session("default"), get("/"), ok("reply"));
            final OuliException refused = assertThrows(OuliException.class,
                    () -> begin(engine.newRecorder(deep), engine.session("default"), request));
            assertTrue(refused.getMessage().contains("is longer than 16777216 bytes; send less in one request"),
                    refused.getMessage());
        }
        try (Engine engine = open(Mode.REPLAY)) {
            final Replayer replayer = engine.newReplayer(deep);
            final PreparedRequest prepared = prepare(replayer, request);
            assertTrue(assertThrows(OuliException.class, () -> replayer.replay(engine.session("default"), prepared))
                    .getMessage().startsWith("redacted, and with its coding undone"));
        }
    }

    @Test
    void shouldExplainAMissOfItBesideOthers() throws Exception {
        final String recorded = post("/large", "", "x".repeat(LIMIT) + "1");
        final String asked = post("/large", "", "x".repeat(LIMIT) + "2");
        try (Engine engine = open(Mode.RECORD)) {
            record(engine.newRecorder(policy), engine.session("default"), recorded, ok("large"));
        }
        try (Engine engine = open(Mode.REPLAY)) {
            final Session session = engine.session("default");
            final Replayer replayer = engine.newReplayer(policy);
            assertEquals(ReplayOutcome.NO_KEY, look(replayer, session, asked));
            final String atOnce = replayer.missExplanation().text();
            assertTrue(atOnce.contains("received \"") && atOnce.contains("body@"), atOnce);

            assertEquals(ReplayOutcome.NO_KEY, replayer.replay(session, prepare(replayer, asked)));
            assertNull(replayer.quickMissExplanation());
            final CountDownLatch free = busy(engine);
            final CompletableFuture<MissExplanation> later = replayer.explainLater();
            assertEquals(ok("large"), replay(replayer, session, recorded));
            assertFalse(later.isDone());
            free.countDown();
            assertEquals(atOnce, later.get(60, TimeUnit.SECONDS).text());
        }
    }

    @Test
    void shouldExplainASmallMissBesideOthersIfItsCandidatesAreLarge() throws Exception {
        final String coded = text(Codings.code("gzip", bytes("{\"a\":1}")));
        try (Engine engine = open(Mode.RECORD)) {
            final Session session = engine.session("default");
            record(engine.newRecorder(policy), session,
                    post("/coded", "Content-Encoding: gzip\r\nContent-Type: application/json\r\n", coded), ok("1"));
            record(engine.newRecorder(policy), session, post("/plain", "", "1"), ok("2"));
        }
        try (Engine engine = open(Mode.REPLAY)) {
            final Session session = engine.session("default");
            final Replayer replayer = engine.newReplayer(policy);
            assertEquals(ReplayOutcome.NO_KEY, look(replayer, session, post("/plain", "", "2")));
            assertNotNull(replayer.quickMissExplanation());

            final String asked = post("/coded", "Content-Type: application/json\r\n", "{\"a\":\"" + SECRET + "\"}");
            assertEquals(ReplayOutcome.NO_KEY, look(replayer, session, asked));
            assertNull(replayer.quickMissExplanation());
            final String atOnce = replayer.missExplanation().text();
            final CountDownLatch free = busy(engine);
            final CompletableFuture<MissExplanation> later = replayer.explainLater();
            // What it explains is its own, whatever is asked for next.
            look(replayer, session, get("/another"));
            free.countDown();
            assertEquals(atOnce, later.get(60, TimeUnit.SECONDS).text());
            assertTrue(atOnce.contains("REDACTED") && !atOnce.contains(SECRET), atOnce);
        }
    }

    @Test
    void shouldRefuseWhenTheEngineIsClosed() throws Exception {
        final Engine engine = open(Mode.RECORD);
        record(engine.newRecorder(policy), engine.session("default"), get("/"), ok("reply"));
        engine.close();
        final Engine replaying = open(Mode.REPLAY);
        final Replayer replayer = replaying.newReplayer(policy);
        final PreparedRequest prepared = prepare(replayer, post("/", "", "x".repeat(LIMIT + 1)));
        assertEquals(ReplayOutcome.NO_KEY, replayer.replay(replaying.session("default"), prepared));
        replaying.close();
        assertThrows(OuliException.class, () -> prepare(replayer, get("/")));
    }
}
