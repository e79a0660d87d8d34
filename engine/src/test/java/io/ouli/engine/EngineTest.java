package io.ouli.engine;

import io.ouli.engine.fingerprint.FingerprintPolicy;
import io.ouli.engine.match.Exhausted;
import io.ouli.engine.match.MatchMode;
import io.ouli.engine.recording.Durability;
import io.ouli.engine.recording.ExistingPolicy;
import io.ouli.engine.recording.FramePool;
import io.ouli.engine.redaction.RedactionPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static io.ouli.engine.EngineHarness.begin;
import static io.ouli.engine.EngineHarness.body;
import static io.ouli.engine.EngineHarness.bytes;
import static io.ouli.engine.EngineHarness.get;
import static io.ouli.engine.EngineHarness.ok;
import static io.ouli.engine.EngineHarness.record;
import static io.ouli.engine.EngineHarness.replay;
import static io.ouli.engine.EngineHarness.text;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class EngineTest {
    private static final EndpointPolicy POLICY = EndpointPolicy.defaults();

    @TempDir
    Path folder;

    private Engine open(final Mode mode) {
        return Engine.open(EngineConfig.builder(folder).mode(mode).build());
    }

    private void recordAll(final String session, final String... requestsAndResponses) {
        try (Engine engine = open(Mode.RECORD)) {
            final Recorder recorder = engine.newRecorder(POLICY, () -> { });
            for (int i = 0; i < requestsAndResponses.length; i += 2) {
                record(recorder, engine.session(session), requestsAndResponses[i], requestsAndResponses[i + 1]);
            }
        }
    }

    @Test
    void shouldReplayTheBytesThatWereRecorded() {
        final String reply = "HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Length: 3\r\n\r\n\0\r\n";
        recordAll("default", get("/a"), reply, get("/b"), ok("b"));
        try (Engine engine = open(Mode.REPLAY)) {
            final Replayer replayer = engine.newReplayer(POLICY);
            final Session session = engine.session("default");
            assertEquals(reply, replay(replayer, session, get("/a")));
            assertEquals(200, replayer.status());
            assertFalse(replayer.chunked());
            assertEquals(ok("b"), replay(replayer, session, get("/b")));
            assertEquals("NO_KEY", replay(replayer, session, get("/c")));
            assertEquals("NO_RECORDING", replay(replayer, engine.session("other"), get("/a")));
        }
    }

    @Test
    void shouldReplayEqualRequestsInTheirOrderAndRepeatTheLast() {
        recordAll("default", get("/poll"), ok("1"), get("/x"), ok("x"), get("/poll"), ok("2"), get("/poll"), ok("3"));
        try (Engine engine = open(Mode.REPLAY)) {
            final Replayer replayer = engine.newReplayer(POLICY);
            final Session session = engine.session("default");
            for (int round = 0; round < 2; round++) {
                assertEquals(ok("1"), replay(replayer, session, get("/poll")));
                assertEquals(ok("2"), replay(replayer, session, get("/poll")));
                assertEquals(ok("x"), replay(replayer, session, get("/x")));
                assertEquals(ok("3"), replay(replayer, session, get("/poll")));
                assertEquals(ok("3"), replay(replayer, session, get("/poll")));
                session.reset();
            }
        }
    }

    @Test
    void shouldKeepTheOrderOfArrivalWhenRepliesEndInAnother() {
        try (Engine engine = open(Mode.RECORD)) {
            final Recorder recorder = engine.newRecorder(POLICY, () -> { });
            final Session session = engine.session("default");
            final Exchange first = begin(recorder, session, get("/poll"));
            final Exchange second = begin(recorder, session, get("/poll"));
            EngineHarness.complete(second, ok("2"));
            EngineHarness.complete(first, ok("1"));
        }
        try (Engine engine = open(Mode.REPLAY)) {
            final Replayer replayer = engine.newReplayer(POLICY);
            assertEquals(ok("1"), replay(replayer, engine.session("default"), get("/poll")));
            assertEquals(ok("2"), replay(replayer, engine.session("default"), get("/poll")));
        }
    }

    @Test
    void shouldReportAnExhaustedKeyWhenAskedTo() {
        recordAll("default", get("/a"), ok("a"));
        final EngineConfig config = EngineConfig.builder(folder).exhausted(Exhausted.MISS).build();
        try (Engine engine = Engine.open(config)) {
            final Replayer replayer = engine.newReplayer(POLICY);
            assertEquals(ok("a"), replay(replayer, engine.session("default"), get("/a")));
            assertEquals("EXHAUSTED", replay(replayer, engine.session("default"), get("/a")));
            assertTrue(text(replayer.missExplanation().json()).contains("exhausted"));
        }
    }

    @Test
    void shouldHoldAStrictSessionToItsOrder() {
        recordAll("default", get("/a"), ok("a"), get("/b"), ok("b"));
        final EngineConfig config = EngineConfig.builder(folder).matchMode(MatchMode.STRICT).build();
        try (Engine engine = Engine.open(config)) {
            final Replayer replayer = engine.newReplayer(POLICY);
            final Session session = engine.session("default");
            assertEquals("OUT_OF_ORDER", replay(replayer, session, get("/b")));
            assertEquals(ok("a"), replay(replayer, session, get("/a")));
            assertEquals(ok("b"), replay(replayer, session, get("/b")));
        }
    }

    @Test
    void shouldNeverMixSessions() {
        recordAll("one", get("/poll"), ok("one-1"), get("/poll"), ok("one-2"));
        recordAll("two", get("/poll"), ok("two-1"), get("/poll"), ok("two-2"));
        try (Engine engine = open(Mode.REPLAY)) {
            final Replayer replayer = engine.newReplayer(POLICY);
            assertEquals(ok("one-1"), replay(replayer, engine.session("one"), get("/poll")));
            assertEquals(ok("two-1"), replay(replayer, engine.session("two"), get("/poll")));
            assertEquals(ok("one-2"), replay(replayer, engine.session("one"), get("/poll")));
            assertEquals(ok("two-2"), replay(replayer, engine.session("two"), get("/poll")));
        }
    }

    @Test
    void shouldStoreChunksAndTrailersAsTheyCame() {
        try (Engine engine = open(Mode.RECORD)) {
            final Recorder recorder = engine.newRecorder(POLICY, () -> { });
            final Exchange exchange = begin(recorder, engine.session("default"), get("/stream"));
            final byte[] head = bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            exchange.responseHead(head, 0, head.length);
            body(exchange, "data", false);
            body(exchange, ": 1\n", true);
            body(exchange, "data: 2\n", true);
            final byte[] trailers = bytes("X-Sum: 7\r\n");
            exchange.responseTrailers(trailers, 0, trailers.length);
            exchange.complete();
        }
        try (Engine engine = open(Mode.REPLAY)) {
            final Replayer replayer = engine.newReplayer(POLICY);
            assertEquals("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                            + "8\r\ndata: 1\n\r\n8\r\ndata: 2\n\r\n0\r\nX-Sum: 7\r\n\r\n",
                    replay(replayer, engine.session("default"), get("/stream")));
            assertTrue(replayer.chunked());
        }
    }

    @Test
    void shouldStoreABodyThatEndedWithTheConnectionAsOneChunk() {
        recordAll("default", get("/old"), "HTTP/1.1 200 OK\r\nServer: old\r\n\r\nhello");
        try (Engine engine = open(Mode.REPLAY)) {
            assertEquals("HTTP/1.1 200 OK\r\nServer: old\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
                    replay(engine.newReplayer(POLICY), engine.session("default"), get("/old")));
        }
    }

    @Test
    void shouldStoreNoBodyForHead() {
        final String request = "HEAD /a HTTP/1.1\r\nHost: a\r\n\r\n";
        final String reply = "HTTP/1.1 200 OK\r\nContent-Length: 12345\r\n\r\n";
        recordAll("default", request, reply);
        try (Engine engine = open(Mode.REPLAY)) {
            assertEquals(reply, replay(engine.newReplayer(POLICY), engine.session("default"), request));
        }
    }

    @Test
    void shouldStoreNothingOfAnAbortedOrShortExchange() {
        try (Engine engine = open(Mode.RECORD)) {
            final Recorder recorder = engine.newRecorder(POLICY, () -> { });
            final Session session = engine.session("default");
            begin(recorder, session, get("/aborted")).abort();
            EngineHarness.complete(begin(recorder, session, get("/short")),
                    "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
            record(recorder, session, get("/whole"), ok("whole"));
        }
        try (Engine engine = open(Mode.REPLAY)) {
            final Replayer replayer = engine.newReplayer(POLICY);
            assertEquals("NO_KEY", replay(replayer, engine.session("default"), get("/aborted")));
            assertEquals("NO_KEY", replay(replayer, engine.session("default"), get("/short")));
            assertEquals(ok("whole"), replay(replayer, engine.session("default"), get("/whole")));
            assertEquals(1, engine.session("default").interactionCount());
        }
    }

    @Test
    void shouldGiveBackTheMemoryOfEveryInteractionHoweverItEnds() {
        final int recorded = 200;
        try (Engine engine = open(Mode.RECORD)) {
            final Recorder recorder = engine.newRecorder(POLICY, () -> { });
            final Session session = engine.session("default");
            final Exchange open = begin(recorder, session, get("/open"));
            assertEquals(1, engine.framePool().lent());
            assertEquals(FramePool.STEP_BYTES, engine.framePool().lentBytes());
            for (int i = 0; i < recorded; i++) {
                record(recorder, session, get("/" + i), ok("x".repeat(i * 100)));
                begin(recorder, session, get("/aborted")).abort();
                if (i % 50 == 0) {
                    EngineHarness.complete(begin(recorder, session, get("/short")),
                            "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
                    engine.seal();
                }
            }
            open.abort();
            engine.seal();
            final FramePool pool = engine.framePool();
            assertEquals(0, pool.lent());
            assertEquals(0, pool.lentBytes());
            assertTrue(pool.hits() + pool.misses() > 2 * recorded, "each interaction takes one at least");
            assertTrue(pool.retainedBytes() > 0 && pool.retainedBytes() <= FramePool.DEFAULT_RETAINED_BYTES);
        }
    }

    @Test
    void shouldRefuseAnExistingRecordingUnlessToldOtherwise() {
        recordAll("default", get("/a"), ok("a"));
        try (Engine engine = open(Mode.RECORD)) {
            final Session session = engine.session("default");
            final var error = assertThrows(OuliException.class, () -> engine.prepareRecording(session, POLICY));
            assertTrue(error.getMessage().contains("default.ouli"), error.getMessage());
        }
        appendOrReplace(ExistingPolicy.APPEND, "/b");
        try (Engine engine = open(Mode.REPLAY)) {
            final Replayer replayer = engine.newReplayer(POLICY);
            assertEquals(ok("a"), replay(replayer, engine.session("default"), get("/a")));
            assertEquals(ok("/b"), replay(replayer, engine.session("default"), get("/b")));
        }
        appendOrReplace(ExistingPolicy.REPLACE, "/c");
        try (Engine engine = open(Mode.REPLAY)) {
            final Replayer replayer = engine.newReplayer(POLICY);
            assertEquals("NO_KEY", replay(replayer, engine.session("default"), get("/a")));
            assertEquals(ok("/c"), replay(replayer, engine.session("default"), get("/c")));
        }
    }

    /** As every embedder writes it: what stops a recorder is told again when its engine closes. */
    @Test
    void shouldTellWhatStoppedARecordingThroughTheBlockThatClosesTheEngine() {
        recordAll("default", get("/a"), ok("a"));
        final var error = assertThrows(OuliException.class, () -> {
            try (Engine engine = open(Mode.RECORD)) {
                record(engine.newRecorder(POLICY, () -> { }), engine.session("default"), get("/b"), ok("b"));
            }
        });
        assertTrue(error.getMessage().contains("default.ouli"), error.getMessage());
        assertEquals(error.getMessage(), error.getSuppressed()[0].getMessage());
    }

    private void appendOrReplace(final ExistingPolicy policy, final String target) {
        final EngineConfig config = EngineConfig.builder(folder).mode(Mode.RECORD).existing(policy).build();
        try (Engine engine = Engine.open(config)) {
            record(engine.newRecorder(POLICY, () -> { }), engine.session("default"), get(target), ok(target));
        }
    }

    @Test
    void shouldReplayInAutoModeOnlyWhatWasThereBefore() {
        recordAll("default", get("/old"), ok("old"));
        try (Engine engine = open(Mode.AUTO)) {
            final Recorder recorder = engine.newRecorder(POLICY, () -> { });
            final Replayer replayer = engine.newReplayer(POLICY);
            final Session session = engine.session("default");
            assertEquals(ok("old"), replay(replayer, session, get("/old")));
            assertEquals("NO_KEY", replay(replayer, session, get("/poll")));
            record(recorder, session, get("/poll"), ok("1"));
            assertEquals("NO_KEY", replay(replayer, session, get("/poll")));
            record(recorder, session, get("/poll"), ok("2"));
            final Session fresh = engine.session("fresh");
            assertEquals("NO_RECORDING", replay(replayer, fresh, get("/f")));
            record(recorder, fresh, get("/f"), ok("f"));
            engine.seal();
            assertEquals("NO_RECORDING", replay(replayer, fresh, get("/f")));
        }
        try (Engine engine = open(Mode.REPLAY)) {
            final Replayer replayer = engine.newReplayer(POLICY);
            assertEquals(ok("old"), replay(replayer, engine.session("default"), get("/old")));
            assertEquals(ok("1"), replay(replayer, engine.session("default"), get("/poll")));
            assertEquals(ok("2"), replay(replayer, engine.session("default"), get("/poll")));
            assertEquals(ok("f"), replay(replayer, engine.session("fresh"), get("/f")));
        }
    }

    @Test
    void shouldTellWhenAnInteractionIsOnDisk() throws InterruptedException {
        final CountDownLatch committed = new CountDownLatch(1);
        final EngineConfig config =
                EngineConfig.builder(folder).mode(Mode.RECORD).durability(Durability.EACH).build();
        try (Engine engine = Engine.open(config)) {
            final Recorder recorder = engine.newRecorder(POLICY, committed::countDown);
            final long ticket = record(recorder, engine.session("default"), get("/a"), ok("a"));
            assertTrue(committed.await(60, TimeUnit.SECONDS));
            assertTrue(recorder.isCommitted(ticket));
            assertFalse(recorder.isCommitted(ticket + 1));
        }
    }

    @Test
    void shouldWriteTheSameBytesForTheSameInteractionsAndClock() throws IOException {
        final InstantSource clock = InstantSource.fixed(Instant.ofEpochSecond(1_800_000_000L, 42));
        final byte[][] files = new byte[2][];
        for (int run = 0; run < 2; run++) {
            final Path place = folder.resolve("run" + run);
            final EngineConfig config = EngineConfig.builder(place).mode(Mode.RECORD).clock(clock).build();
            try (Engine engine = Engine.open(config)) {
                final Recorder recorder = engine.newRecorder(POLICY, () -> { });
                for (int i = 0; i < 100; i++) {
                    record(recorder, engine.session("default"), get("/" + i % 30), ok("reply " + i));
                }
            }
            files[run] = Files.readAllBytes(place.resolve("default.ouli"));
        }
        assertArrayEquals(files[0], files[1]);
    }

    @Test
    void shouldKeepSecretsOffTheDiskAndReplayWithThem() throws IOException {
        final RedactionPolicy redaction = RedactionPolicy.builder().secret("test", bytes("s3cr3t-value")).build();
        final EndpointPolicy policy = new EndpointPolicy(redaction, FingerprintPolicy.DEFAULT);
        final String request = "POST /login?key=s3cr3t-value HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer abc.def\r\n"
                + "Content-Length: 12\r\n\r\ns3cr3t-value";
        try (Engine engine = open(Mode.RECORD)) {
            record(engine.newRecorder(policy, () -> { }), engine.session("default"), request,
                    ok("your key is s3cr3t-value"));
        }
        final String file = text(Files.readAllBytes(folder.resolve("default.ouli")));
        assertFalse(file.contains("s3cr3t"), "the secret is on disk");
        assertFalse(file.contains("abc.def"), "the credential is on disk");
        try (Engine engine = open(Mode.REPLAY)) {
            assertEquals(ok("your key is REDACTED"),
                    replay(engine.newReplayer(policy), engine.session("default"), request));
        }
    }

    @Test
    void shouldRefuseToSealWhatStillHoldsASecret() {
        // A secret that this endpoint does not know, but another one does.
        final RedactionPolicy redaction = RedactionPolicy.builder().secret("test", bytes("s3cr3t-value")).build();
        final EndpointPolicy knowing = new EndpointPolicy(redaction, FingerprintPolicy.DEFAULT);
        final Engine engine = open(Mode.RECORD);
        engine.newRecorder(knowing, () -> { });
        record(engine.newRecorder(POLICY, () -> { }), engine.session("default"), get("/a"), ok("s3cr3t-value"));
        final var error = assertThrows(OuliException.class, engine::close);
        assertTrue(error.getMessage().contains("interaction 1:"), error.getMessage());
        assertFalse(error.getMessage().contains("s3cr3t"), error.getMessage());
        assertTrue(Files.exists(folder.resolve("default.ouli.quarantine")));
        assertFalse(Files.exists(folder.resolve("default.ouli")));
    }

    @Test
    void shouldOpenLazilyAndSayWhatIsMissing() {
        final var missing = assertThrows(OuliException.class,
                () -> Engine.open(EngineConfig.builder(folder.resolve("nowhere")).build()));
        assertTrue(missing.getMessage().contains("nowhere"), missing.getMessage());
        try (Engine engine = open(Mode.RECORD)) {
            assertThrows(OuliException.class, () -> engine.session("../up"));
        }
    }

    @Test
    void shouldBoundTheLiveSessions() {
        final EngineConfig config = EngineConfig.builder(folder).mode(Mode.RECORD).maxSessions(50).build();
        try (Engine engine = Engine.open(config)) {
            for (int i = 0; i < 50; i++) {
                final Session session = engine.session("s" + i);
                final byte[] name = bytes("-s" + i + "-");
                assertEquals(session, engine.liveSession(name, 1, name.length - 2));
            }
            assertEquals(50, engine.liveSessions().size());
            assertEquals("s7", engine.session("s7").name());
            final var error = assertThrows(OuliException.class, () -> engine.session("s50"));
            assertTrue(error.getMessage().contains("s50"), error.getMessage());
        }
    }
}
