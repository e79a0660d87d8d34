package io.ouli.engine;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static io.ouli.engine.EngineHarness.get;
import static io.ouli.engine.EngineHarness.ok;
import static io.ouli.engine.EngineHarness.record;
import static io.ouli.engine.EngineHarness.replay;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What happens to who uses a replayer or recorder from a second thread, or a reply after its time. */
class ThreadUseTest {
    private final ExecutorService other = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("the other").factory());

    @TempDir
    private Path folder;

    @BeforeEach
    void recordTwo() {
        try (Engine engine = Engine.open(EngineConfig.builder(folder).mode(Mode.RECORD).build())) {
            final Recorder recorder = engine.newRecorder(EndpointPolicy.defaults());
            record(recorder, engine.session("default"), get("/a"), ok("reply a"));
            record(recorder, engine.session("default"), get("/b"), ok("reply b"));
        }
    }

    @AfterEach
    void endTheOther() {
        other.shutdownNow();
    }

    private <T> T there(final Callable<T> task) throws InterruptedException {
        try {
            return other.submit(task).get();
        } catch (final ExecutionException e) {
            if (e.getCause() instanceof RuntimeException thrown) {
                throw thrown;
            }
            throw new CompletionException(e.getCause());
        }
    }

    private static void assertNamesBoth(final RuntimeException e) {
        assertInstanceOf(IllegalStateException.class, e);
        assertTrue(e.getMessage().contains("one thread") && e.getMessage().contains("the other")
                && e.getMessage().contains(Thread.currentThread().getName()), e.getMessage());
    }

    @Test
    void shouldRefuseASecondThreadThatUsesAReplayer() throws Exception {
        try (Engine engine = Engine.open(EngineConfig.builder(folder).build())) {
            final Session session = engine.session("default");
            final Replayer replayer = engine.newReplayer(EndpointPolicy.defaults());
            assertEquals(ok("reply a"), there(() -> replay(replayer, session, get("/a"))));
            assertNamesBoth(assertThrows(RuntimeException.class, () -> replay(replayer, session, get("/b"))));
            final byte[] key = new byte[Replayer.KEY_BYTES];
            assertNamesBoth(assertThrows(RuntimeException.class, () -> replayer.replayKey(session, key, 0)));
            final byte[] whole = EngineHarness.bytes(get("/b"));
            assertNamesBoth(assertThrows(RuntimeException.class,
                    () -> replayer.replay(session, whole, 0, whole.length)));
            assertEquals(ok("reply a"), there(() -> EngineHarness.reply(replayer)), "as it was, for the first");
        }
    }

    @Test
    void shouldLetAReplayerChangeHandsWhenItIsReleasedOrItsThreadHasEnded() throws Exception {
        try (Engine engine = Engine.open(EngineConfig.builder(folder).build())) {
            final Session session = engine.session("default");
            final Replayer replayer = engine.newReplayer(EndpointPolicy.defaults());
            there(() -> replay(replayer, session, get("/a")));
            there(() -> {
                replayer.release();
                return null;
            });
            assertEquals(ok("reply b"), replay(replayer, session, get("/b")));
            replayer.release();
            final Thread ends = Thread.ofPlatform().start(() -> replay(replayer, session, get("/a")));
            ends.join();
            assertEquals(ok("reply b"), replay(replayer, session, get("/b")));
        }
    }

    @Test
    void shouldRefuseASecondThreadThatUsesARecorderOrItsExchange() throws Exception {
        try (Engine engine = Engine.open(EngineConfig.builder(folder).mode(Mode.RECORD).build())) {
            final Session session = engine.session("another");
            final Recorder recorder = engine.newRecorder(EndpointPolicy.defaults());
            final Exchange exchange = there(() -> EngineHarness.begin(recorder, session, get("/a")));
            assertNamesBoth(assertThrows(RuntimeException.class,
                    () -> EngineHarness.begin(recorder, session, get("/b"))));
            assertNamesBoth(assertThrows(RuntimeException.class, () -> EngineHarness.complete(exchange, ok("x"))));
            assertNamesBoth(assertThrows(RuntimeException.class, exchange::abort));
            there(() -> EngineHarness.complete(exchange, ok("reply")));
        }
        try (Engine engine = Engine.open(EngineConfig.builder(folder).build())) {
            assertEquals(1, engine.session("another").interactionCount());
        }
    }

    @Test
    void shouldKeepAReplyWhoseSourceIsRetainedAndSayThatAnotherIsGone() {
        final Engine engine = Engine.open(EngineConfig.builder(folder).build());
        final Replayer replayer = engine.newReplayer(EndpointPolicy.defaults());
        replay(replayer, engine.session("default"), get("/a"));
        final Replay source = replayer.source();
        source.retain();
        final MemorySegment reply =
                replayer.segment().asSlice(replayer.responseOffset(), replayer.responseLength());
        engine.close();
        final OuliException gone = assertThrows(OuliException.class, replayer::segment);
        assertTrue(gone.getMessage().contains("retain() its source()"), gone.getMessage());
        assertEquals(ok("reply a"), EngineHarness.text(reply.toArray(ValueLayout.JAVA_BYTE)));
        source.release();
        final IllegalStateException closed = assertThrows(IllegalStateException.class,
                () -> reply.get(ValueLayout.JAVA_BYTE, 0));
        assertTrue(closed.getMessage().contains("closed"), closed.getMessage());
    }
}
