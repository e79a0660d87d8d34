package io.ouli.engine;

import io.ouli.engine.fingerprint.FingerprintPolicy;
import io.ouli.engine.recording.Durability;
import io.ouli.engine.recording.Recording;
import io.ouli.engine.redaction.Codings;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static io.ouli.engine.EngineHarness.begin;
import static io.ouli.engine.EngineHarness.body;
import static io.ouli.engine.EngineHarness.bytes;
import static io.ouli.engine.EngineHarness.get;
import static io.ouli.engine.EngineHarness.ok;
import static io.ouli.engine.EngineHarness.record;
import static io.ouli.engine.EngineHarness.replay;
import static io.ouli.engine.EngineHarness.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Responses that are redacted by another thread than the one that serves clients. */
class LargeResponseTest {
    private static final String SECRET = "s3cr3t-value";
    private static final int LIMIT = Limits.MAX_BYTES_REDACTED_INLINE;

    @TempDir
    private Path folder;

    private final EndpointPolicy policy = new EndpointPolicy(
            Codings.lookingInto(LIMIT).secret("test", bytes(SECRET)).build(), FingerprintPolicy.DEFAULT);

    private Engine recording(final Durability durability) {
        return Engine.open(EngineConfig.builder(folder).mode(Mode.RECORD).durability(durability).build());
    }

    private static Exchange give(final Exchange exchange, final String response) {
        final int headLength = response.indexOf("\r\n\r\n") + 4;
        exchange.responseHead(bytes(response), 0, headLength);
        body(exchange, response.substring(headLength), false);
        return exchange;
    }

    private static String gzipped(final int length) {
        final byte[] random = new byte[length];
        new Random(1).nextBytes(random);
        final String coded = text(Codings.code("gzip", random));
        return "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: " + coded.length() + "\r\n\r\n" + coded;
    }

    private static void await(final Recorder recorder, final long ticket, final CountDownLatch told)
            throws InterruptedException {
        assertTrue(told.await(60, TimeUnit.SECONDS), "nobody told");
        final long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!recorder.isCommitted(ticket) && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        assertTrue(recorder.isCommitted(ticket));
    }

    @ParameterizedTest
    @EnumSource(names = {"INTERVAL", "EACH"})
    void shouldRecordItInItsPlaceWhileOthersAreServed(final Durability durability) throws Exception {
        final String large = "x".repeat(LIMIT) + SECRET;
        final CountDownLatch busy = new CountDownLatch(1);
        final CountDownLatch told = new CountDownLatch(1);
        try (Engine engine = recording(durability)) {
            final Recorder recorder = engine.newRecorder(policy, () -> {
                if (busy.getCount() == 0) {
                    told.countDown();
                }
            });
            final Session session = engine.session("default");
            engine.later(() -> {
                try {
                    assertTrue(busy.await(60, TimeUnit.SECONDS));
                } catch (final InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            final Exchange exchange = give(begin(recorder, session, get("/large")), ok(large));
            assertTrue(exchange.takesLong());
            final long ticket = exchange.completeSoon();
            assertFalse(recorder.isCommitted(ticket));
            final long small = record(recorder, session, get("/small"), ok("small " + SECRET));
            while (!recorder.isCommitted(small)) {
                Thread.onSpinWait();
            }
            assertFalse(recorder.isCommitted(ticket));
            busy.countDown();
            await(recorder, ticket, told);
            // What a ticket was given for is in a seal.
            engine.seal();
            try (Recording sealed = Recording.open(folder.resolve("default.ouli"))) {
                assertEquals(2, sealed.count());
                assertTrue(text(sealed.request(sealed.slotAt(0))).startsWith("GET /large "));
                assertTrue(text(sealed.request(sealed.slotAt(1))).startsWith("GET /small "));
            }
            assertEquals(0, engine.framePool().lent());
        }
        try (Engine engine = Engine.open(EngineConfig.builder(folder).build())) {
            final Replayer replayer = engine.newReplayer(policy);
            final Session session = engine.session("default");
            assertEquals(ok("x".repeat(LIMIT) + "REDACTED"), replay(replayer, session, get("/large")));
            assertEquals(ok("small REDACTED"), replay(replayer, session, get("/small")));
        }
    }

    @Test
    void shouldSealWhatWasLeftToTheOtherThread() {
        try (Engine engine = recording(Durability.INTERVAL)) {
            final Recorder recorder = engine.newRecorder(policy);
            give(begin(recorder, engine.session("default"), get("/1")), ok("x".repeat(LIMIT + 1))).completeSoon();
            engine.seal();
            assertEquals(1, engine.session("default").status().recorded());
            give(begin(recorder, engine.session("default"), get("/2")), ok("y".repeat(LIMIT + 1))).completeSoon();
        }
        try (Engine engine = Engine.open(EngineConfig.builder(folder).build())) {
            final Replayer replayer = engine.newReplayer(policy);
            assertEquals(ok("x".repeat(LIMIT + 1)), replay(replayer, engine.session("default"), get("/1")));
            assertEquals(ok("y".repeat(LIMIT + 1)), replay(replayer, engine.session("default"), get("/2")));
        }
    }

    @Test
    void shouldLeaveToTheOtherThreadOnlyWhatIsBeyondALimit() {
        try (Engine engine = recording(Durability.INTERVAL)) {
            final Recorder recorder = engine.newRecorder(policy);
            final Exchange exchange = give(begin(recorder, engine.session("default"), get("/")), ok("x".repeat(LIMIT)));
            assertFalse(exchange.takesLong());
            assertEquals(Exchange.NO_TICKET, exchange.completeSoon());
            final String head = "HTTP/1.1 200 OK\r\nContent-Encoding: br\r\n\r\n";
            final Exchange coded = begin(recorder, engine.session("default"), get("/"));
            coded.responseHead(bytes(head), 0, head.length());
            body(coded, "x".repeat(Limits.MAX_CODED_BYTES_REDACTED_INLINE), false);
            assertFalse(coded.takesLong());
            body(coded, "x", false);
            assertTrue(coded.takesLong());
            coded.abort();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"INTERVAL", "EACH"})
    void shouldSayThatItIsDoneWithWhatCannotBeRecorded(final Durability durability) throws Exception {
        final String unsearchable = gzipped(LIMIT + 1);
        try (Engine engine = recording(durability)) {
            final CountDownLatch told = new CountDownLatch(1);
            final Recorder recorder = engine.newRecorder(policy, told::countDown);
            final Exchange exchange = give(begin(recorder, engine.session("default"), get("/")), unsearchable);
            await(recorder, exchange.completeSoon(), told);
            record(recorder, engine.session("default"), get("/small"), ok("small"));
            engine.seal();
            assertEquals(0, engine.framePool().lent());
        }
        try (Engine engine = Engine.open(EngineConfig.builder(folder).build())) {
            final Replayer replayer = engine.newReplayer(policy);
            assertEquals("NO_KEY", replay(replayer, engine.session("default"), get("/")));
            assertEquals(ok("small"), replay(replayer, engine.session("default"), get("/small")));
        }
    }

    @Test
    void shouldNotTakeItAfterTheEnd() {
        final Engine engine = recording(Durability.INTERVAL);
        final Exchange exchange =
                give(begin(engine.newRecorder(policy), engine.session("default"), get("/")), ok("x".repeat(LIMIT + 1)));
        engine.close();
        assertTrue(assertThrows(OuliException.class, exchange::completeSoon).getMessage().contains("closed"));
    }
}
