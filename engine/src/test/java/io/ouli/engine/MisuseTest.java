package io.ouli.engine;

import io.ouli.engine.http.RequestHead;
import io.ouli.engine.recording.Recording;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static io.ouli.engine.EngineHarness.begin;
import static io.ouli.engine.EngineHarness.bytes;
import static io.ouli.engine.EngineHarness.get;
import static io.ouli.engine.EngineHarness.ok;
import static io.ouli.engine.EngineHarness.record;
import static io.ouli.engine.EngineHarness.replay;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What an embedder gets wrong is told at once, and harms no interaction but its own. */
@Timeout(180)
class MisuseTest {
    @TempDir
    private Path directory;

    private Engine open(final Mode mode) {
        return Engine.open(EngineConfig.builder(directory).mode(mode).build());
    }

    private static void head(final Exchange exchange, final String head) {
        exchange.responseHead(bytes(head), 0, head.length());
    }

    @Test
    void shouldLetAFinallyBlockAbortWhatWasCompleted() {
        try (Engine engine = open(Mode.RECORD)) {
            final Session session = engine.session("s");
            final Recorder recorder = engine.newRecorder(EndpointPolicy.defaults());
            for (int i = 0; i < 100; i++) {
                final Exchange exchange = begin(recorder, session, get("/" + i));
                try {
                    EngineHarness.complete(exchange, ok("body " + i));
                } finally {
                    exchange.abort();
                }
            }
        }
        try (Engine engine = open(Mode.REPLAY); Replayer replayer = engine.newReplayer(EndpointPolicy.defaults())) {
            for (int i = 0; i < 100; i++) {
                assertEquals(ok("body " + i), replay(replayer, engine.session("s"), get("/" + i)));
            }
        }
    }

    @Test
    void shouldNotRecordAResponseThatIsTooLargeWithItsHeadAndGoOn() {
        final MemorySegment part = MemorySegment.ofArray(new byte[1 << 20]);
        try (Engine engine = open(Mode.RECORD)) {
            final Session session = engine.session("s");
            final Recorder recorder = engine.newRecorder(EndpointPolicy.defaults());
            final Exchange large = begin(recorder, session, get("/large"));
            head(large, "HTTP/1.1 200 OK\r\nContent-Length: " + Limits.MAX_RESPONSE_BYTES + "\r\n\r\n");
            for (long sent = 0; sent < Limits.MAX_RESPONSE_BYTES; sent += part.byteSize()) {
                large.responseBody(part, 0, part.byteSize(), false);
            }
            assertEquals(Exchange.NO_TICKET, large.complete());
            record(recorder, session, get("/small"), ok("small"));
        }
        try (Recording recording = Recording.open(directory.resolve("s.ouli"))) {
            assertEquals(1, recording.count());
        }
    }

    @Test
    void shouldRefuseAnExchangeThatIsOver() {
        try (Engine engine = open(Mode.RECORD)) {
            final Session session = engine.session("s");
            final Recorder recorder = engine.newRecorder(EndpointPolicy.defaults());
            final Exchange completed = begin(recorder, session, get("/a"));
            EngineHarness.complete(completed, ok("a"));
            assertThrows(IllegalStateException.class, completed::complete);
            final Exchange aborted = begin(recorder, session, get("/b"));
            aborted.abort();
            aborted.abort();
            final String message = assertThrows(IllegalStateException.class, () -> head(aborted, ok(""))).getMessage();
            assertTrue(message.contains("begin another"), message);
            assertThrows(IllegalStateException.class,
                    () -> aborted.responseBody(MemorySegment.ofArray(new byte[1]), 0, 1, false));
            assertThrows(IllegalStateException.class, () -> aborted.responseTrailers(new byte[0], 0, 0));
            // Given back once, so lent to one at a time.
            final Exchange next = begin(recorder, session, get("/c"));
            assertNotSame(next, begin(recorder, session, get("/d")));
            EngineHarness.complete(next, ok("c"));
        }
        try (Engine engine = open(Mode.REPLAY); Replayer replayer = engine.newReplayer(EndpointPolicy.defaults())) {
            assertEquals(ok("a"), replay(replayer, engine.session("s"), get("/a")));
            assertEquals(ok("c"), replay(replayer, engine.session("s"), get("/c")));
            assertEquals(2, engine.session("s").interactionCount());
        }
    }

    @Test
    void shouldSealAlthoughARecorderWasWantedWithoutAPolicy() {
        try (Engine engine = open(Mode.RECORD)) {
            assertThrows(NullPointerException.class, () -> engine.newRecorder(null));
            record(engine.newRecorder(EndpointPolicy.defaults()), engine.session("s"), get("/a"), ok("a"));
        }
        try (Engine engine = open(Mode.REPLAY); Replayer replayer = engine.newReplayer(EndpointPolicy.defaults())) {
            assertEquals(ok("a"), replay(replayer, engine.session("s"), get("/a")));
        }
    }

    @Test
    void shouldGiveBackTheMemoryOfARequestThatCannotBeTaken() {
        try (Engine engine = open(Mode.RECORD)) {
            final Session session = engine.session("s");
            final Recorder recorder = engine.newRecorder(EndpointPolicy.defaults());
            final byte[] request = bytes(get("/a"));
            final RequestHead head = EngineHarness.parse(request);
            assertThrows(NullPointerException.class, () -> recorder.begin(session, head, null, 0, 3));
            assertThrows(IndexOutOfBoundsException.class, () -> recorder.begin(session, head, new byte[3], 0, 4));
            assertThrows(IndexOutOfBoundsException.class, () -> recorder.begin(session, head, new byte[3], 0));
            assertThrows(OuliException.class, () -> recorder.begin(
                    session, head, new byte[2 * Limits.MAX_REQUEST_BYTES], 0, 2 * Limits.MAX_REQUEST_BYTES));
            assertEquals(0, engine.framePool().lent());
            record(recorder, session, get("/a"), ok("a"));
        }
        try (Engine engine = open(Mode.REPLAY); Replayer replayer = engine.newReplayer(EndpointPolicy.defaults())) {
            assertEquals(ok("a"), replay(replayer, engine.session("s"), get("/a")));
        }
    }

    /** A field without a space is stored with one, so that a head of the greatest length is stored longer. */
    @Test
    void shouldRecordARequestOfTheGreatestLengthAndReplayIt() {
        final byte[] body = new byte[Limits.MAX_REQUEST_BYTES];
        Arrays.fill(body, (byte) 'b');
        final StringBuilder text = new StringBuilder(
                "POST /large HTTP/1.1\r\nHost:a\r\nContent-Length:" + body.length + "\r\n");
        for (int fields = 2; fields < Limits.MAX_HEADERS - 1; fields++) {
            text.append(String.format("X%03d:", fields)).append("v".repeat(500)).append("\r\n");
        }
        text.append("X:").append("v".repeat(Limits.MAX_HEAD_BYTES - text.length() - 4)).append("\r\n\r\n");
        final byte[] request = Arrays.copyOf(bytes(text.toString()), Limits.MAX_HEAD_BYTES + body.length);
        System.arraycopy(body, 0, request, Limits.MAX_HEAD_BYTES, body.length);
        final RequestHead head = EngineHarness.parse(request);
        assertEquals(Limits.MAX_HEAD_BYTES, head.end());
        try (Engine engine = open(Mode.RECORD)) {
            EngineHarness.complete(engine.newRecorder(EndpointPolicy.defaults())
                    .begin(engine.session("s"), head, request, head.end(), body.length), ok("large"));
        }
        try (Engine engine = open(Mode.REPLAY); Replayer replayer = engine.newReplayer(EndpointPolicy.defaults())) {
            assertEquals(ReplayOutcome.HIT,
                    replayer.replay(engine.session("s"), head, request, head.end(), body.length));
            assertEquals(ok("large"), EngineHarness.reply(replayer));
        }
    }

    @Test
    void shouldNotRecordIntoAnotherEnginesSession() {
        try (Engine engine = open(Mode.RECORD);
                Engine other = Engine.open(
                        EngineConfig.builder(directory.resolve("other")).mode(Mode.RECORD).build())) {
            final Session session = engine.session("s");
            record(engine.newRecorder(EndpointPolicy.defaults()), session, get("/a"), ok("a"));
            final Recorder recorder = other.newRecorder(EndpointPolicy.defaults());
            final String message = assertThrows(IllegalArgumentException.class,
                    () -> begin(recorder, session, get("/b"))).getMessage();
            assertTrue(message.contains("session s is another engine's; take one"), message);
        }
        try (Engine engine = open(Mode.REPLAY); Replayer replayer = engine.newReplayer(EndpointPolicy.defaults())) {
            assertEquals(ok("a"), replay(replayer, engine.session("s"), get("/a")));
            assertEquals(1, engine.session("s").interactionCount());
        }
    }

    @Test
    void shouldPrepareNoRecordingWhereNoneIsMade() {
        open(Mode.RECORD).close();
        try (Engine engine = open(Mode.REPLAY)) {
            final String message = assertThrows(IllegalStateException.class,
                    () -> engine.prepareRecording(engine.session("s"), EndpointPolicy.defaults())).getMessage();
            assertTrue(message.contains("mode REPLAY records nothing; open one in mode RECORD"), message);
        }
    }

    @Test
    void shouldRecordNothingThatAClientCouldNotReadAsOneReply() {
        try (Engine engine = open(Mode.RECORD)) {
            final Session session = engine.session("s");
            final Recorder recorder = engine.newRecorder(EndpointPolicy.defaults());
            final Exchange exchange = begin(recorder, session, get("/a"));
            final String interim = assertThrows(IllegalArgumentException.class,
                    () -> head(exchange, "HTTP/1.1 103 Early Hints\r\n\r\n")).getMessage();
            assertTrue(interim.contains("give the final response"), interim);
            final String cut = assertThrows(IllegalArgumentException.class,
                    () -> head(exchange, "HTTP/1.1 200 OK\r\n")).getMessage();
            assertTrue(cut.contains("it is cut short"), cut);
            assertThrows(IllegalArgumentException.class, () -> head(exchange, ""));
            head(exchange, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            final MemorySegment data = MemorySegment.ofArray(bytes("body"));
            for (final long length : new long[] {-1, Long.MIN_VALUE, 2 - (1L << 32), 5, Long.MAX_VALUE}) {
                assertThrows(IndexOutOfBoundsException.class, () -> exchange.responseBody(data, 0, length, true));
            }
            exchange.responseBody(data, 0, 4, true);
            for (final String trailers : List.of("X: y", "X: y\n", "no field\r\n", "\r\n", "X: y\r\n\r\n", "X: y\r\nZ",
                    "Content-Length: 3\r\n", "\r\nHTTP/1.1 200 OK\r\n")) {
                assertThrows(IllegalArgumentException.class,
                        () -> exchange.responseTrailers(bytes(trailers), 0, trailers.length()), trailers);
            }
            exchange.responseTrailers(bytes("-X: y\r\nZ: 1\r\n-"), 1, 12);
            exchange.complete();
            assertEquals(Exchange.NO_TICKET, record(recorder, session, get("/longer"),
                    "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nmore"));
        }
        try (Engine engine = open(Mode.REPLAY); Replayer replayer = engine.newReplayer(EndpointPolicy.defaults())) {
            assertEquals("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\nX: y\r\nZ: 1\r\n\r\n",
                    replay(replayer, engine.session("s"), get("/a")));
            assertEquals(1, engine.session("s").interactionCount());
        }
    }

    @Test
    void shouldWantOneHeadAndThatFirst() {
        try (Engine engine = open(Mode.RECORD)) {
            final Exchange exchange =
                    begin(engine.newRecorder(EndpointPolicy.defaults()), engine.session("s"), get("/a"));
            assertThrows(IllegalStateException.class,
                    () -> exchange.responseBody(MemorySegment.ofArray(new byte[1]), 0, 1, false));
            assertThrows(IllegalStateException.class, () -> exchange.responseChunk(new byte[1], 0));
            assertThrows(IllegalStateException.class, exchange::complete);
            head(exchange, "HTTP/1.1 204 No Content\r\n\r\n");
            assertThrows(IllegalStateException.class, () -> head(exchange, "HTTP/1.1 200 OK\r\n\r\n"));
            exchange.complete();
        }
    }

    /** An engine may be closed while others record, though it should not: what they were not told is lost is there. */
    @Test
    void shouldRecordOrRefuseWhatIsCompletedWhileTheEngineCloses() throws Exception {
        for (int round = 0; round < 20; round++) {
            final Path folder = directory.resolve("round" + round);
            final Engine engine = Engine.open(EngineConfig.builder(folder).mode(Mode.RECORD).build());
            final AtomicInteger completed = new AtomicInteger();
            final List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                final Session session = engine.session("s" + i);
                final Recorder recorder = engine.newRecorder(EndpointPolicy.defaults());
                threads.add(Thread.ofPlatform().start(() -> recordUntilRefused(recorder, session, completed)));
            }
            while (completed.get() < 20 * round) {
                Thread.onSpinWait();
            }
            engine.close();
            for (final Thread thread : threads) {
                thread.join();
            }
            int recorded = 0;
            for (int i = 0; i < 2; i++) {
                final Path file = folder.resolve("s" + i + ".ouli");
                if (Files.exists(file)) {
                    try (Recording recording = Recording.open(file)) {
                        recorded += recording.count();
                    }
                }
            }
            assertTrue(recorded >= completed.get(), recorded + " of " + completed + " in round " + round);
        }
    }

    private static void recordUntilRefused(
            final Recorder recorder, final Session session, final AtomicInteger completed) {
        try {
            while (true) {
                final Exchange exchange = begin(recorder, session, get("/" + completed.get()));
                EngineHarness.complete(exchange, ok("body"));
                completed.incrementAndGet();
            }
        } catch (final OuliException | IllegalStateException closed) {
            // Told, so not counted.
        }
    }

    @Test
    void shouldGiveAReplyOrAnExplanationToWhoHasOneOnly() {
        try (Engine engine = open(Mode.RECORD)) {
            record(engine.newRecorder(EndpointPolicy.defaults()), engine.session("s"), get("/a"), ok("a"));
        }
        try (Engine engine = open(Mode.REPLAY); Replayer replayer = engine.newReplayer(EndpointPolicy.defaults())) {
            assertThrows(IllegalStateException.class, replayer::segment);
            assertThrows(IllegalStateException.class, replayer::missExplanation);
            assertEquals(ok("a"), replay(replayer, engine.session("s"), get("/a")));
            assertThrows(IllegalStateException.class, replayer::missExplanation);
            assertEquals("NO_KEY", replay(replayer, engine.session("s"), get("/b")));
            final IllegalStateException stale = assertThrows(IllegalStateException.class, replayer::segment);
            assertTrue(stale.getMessage().contains("NO_KEY"), stale.getMessage());
            assertTrue(replayer.missExplanation().text().contains("/b"));
        }
    }

    @Test
    void shouldNameTheValueThatAConfigurationLacks() {
        assertEquals("directory", assertThrows(NullPointerException.class,
                () -> EngineConfig.builder(null).build()).getMessage());
        assertEquals("mode", assertThrows(NullPointerException.class, () -> open(null)).getMessage());
        assertEquals("fingerprint", assertThrows(NullPointerException.class,
                () -> new EndpointPolicy(EndpointPolicy.defaults().redaction(), null)).getMessage());
    }

    @Test
    void shouldSayOfAClosedEngineThatItIsClosed() {
        final Engine engine = open(Mode.RECORD);
        final Session session = engine.session("s");
        final Session unused = engine.session("unused");
        final Recorder recorder = engine.newRecorder(EndpointPolicy.defaults());
        record(recorder, session, get("/a"), ok("a"));
        final Exchange underWay = begin(recorder, session, get("/b"));
        head(underWay, "HTTP/1.1 204 No Content\r\n\r\n");
        engine.close();
        engine.close();
        assertClosed(engine::seal);
        assertClosed(() -> engine.session("t"));
        assertClosed(() -> engine.newRecorder(EndpointPolicy.defaults()));
        assertClosed(() -> begin(recorder, session, get("/c")));
        assertClosed(underWay::complete);
        // As a thread does that was about to when the engine closed: nobody would give that lock back.
        assertClosed(() -> engine.prepareRecording(unused, EndpointPolicy.defaults()));
        assertFalse(Files.exists(directory.resolve("unused.ouli")));
        assertEquals(0, engine.framePool().lent());

        final Engine second = open(Mode.REPLAY);
        final Session replayed = second.session("s");
        final Replayer replayer = second.newReplayer(EndpointPolicy.defaults());
        assertEquals(ok("a"), replay(replayer, replayed, get("/a")));
        second.close();
        assertClosed(() -> replay(replayer, replayed, get("/a")));
        assertClosed(() -> second.newReplayer(EndpointPolicy.defaults()));
    }

    private static void assertClosed(final Runnable call) {
        final String message = assertThrows(OuliException.class, call::run).getMessage();
        assertTrue(message.contains("the engine is closed"), message);
    }

    @Test
    void shouldTellOfAHundredSessionsThatAreNotRecordedAndThenOfNoMore() throws Exception {
        for (int i = 0; i < Engine.MAX_FAILURES_TOLD + 2; i++) {
            Files.createFile(directory.resolve("s" + i + ".ouli"));
        }
        final List<String> lines = new CopyOnWriteArrayList<>();
        final Handler handler = new Handler() {
            @Override
            public void publish(final LogRecord record) {
                lines.add(record.getMessage());
            }

            @Override
            public void flush() {
            }

            @Override
            public void close() {
            }
        };
        final Logger logger = Logger.getLogger(Engine.class.getName());
        logger.addHandler(handler);
        final Engine engine = open(Mode.RECORD);
        try {
            final Recorder recorder = engine.newRecorder(EndpointPolicy.defaults());
            for (int i = 0; i < Engine.MAX_FAILURES_TOLD + 2; i++) {
                final Session session = engine.session("s" + i);
                assertThrows(OuliException.class, () -> begin(recorder, session, get("/")));
            }
        } finally {
            assertThrows(RecordingFailedException.class, engine::close);
            logger.removeHandler(handler);
        }
        assertEquals(Engine.MAX_FAILURES_TOLD + 1, lines.size());
        assertTrue(lines.get(Engine.MAX_FAILURES_TOLD - 1).startsWith("session s99 is no longer recorded"),
                lines.get(Engine.MAX_FAILURES_TOLD - 1));
        assertTrue(lines.getLast().startsWith("100 sessions that are no longer recorded were told of"),
                lines.getLast());
    }
}
