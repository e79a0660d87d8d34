package io.ouli.engine;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static io.ouli.engine.EngineHarness.get;
import static io.ouli.engine.EngineHarness.ok;
import static io.ouli.engine.EngineHarness.record;
import static io.ouli.engine.EngineHarness.replay;
import static io.ouli.engine.EngineHarness.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What a session keeps open, and for how long. */
class IdleSessionsTest {
    private static final EndpointPolicy POLICY = EndpointPolicy.defaults();
    private static final long IDLE = TimeUnit.SECONDS.toNanos(300);

    @TempDir
    private Path folder;

    private volatile long now = 1;

    private void recordAll(final String session, final String... replies) {
        try (Engine engine = Engine.open(EngineConfig.builder(folder).mode(Mode.RECORD).build())) {
            final Recorder recorder = engine.newRecorder(POLICY, () -> { });
            for (final String reply : replies) {
                record(recorder, engine.session(session), get("/"), ok(reply));
            }
        }
    }

    private Engine open() {
        return Engine.open(EngineConfig.builder(folder).build(), () -> now, IDLE);
    }

    private static boolean isMapped(final String file) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
            return lines.anyMatch(line -> line.contains(file));
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void shouldUnmapWhatIsIdleAndGoOnWhereItWas() throws IOException {
        recordAll("unmapped-when-idle", "1", "2", "3");
        try (Engine engine = open()) {
            final Replayer replayer = engine.newReplayer(POLICY);
            final Session session = engine.session("unmapped-when-idle");
            for (int i = 1; i <= 3; i++) {
                assertEquals(ok("" + i), replay(replayer, session, get("/")));
                assertTrue(isMapped("unmapped-when-idle"));
                now += IDLE;
                engine.closeIdle();
                assertEquals(1, engine.openRecordings(), "the replayer holds it");
                replayer.release();
                now += IDLE - 1;
                engine.closeIdle();
                assertEquals(1, engine.openRecordings(), "not idle for long enough");
                now += IDLE;
                engine.closeIdle();
                assertEquals(0, engine.openRecordings());
                assertFalse(isMapped("unmapped-when-idle"));
            }
            assertEquals(ok("3"), replay(replayer, session, get("/")));
            replayer.release();
            now += IDLE;
            engine.closeIdle();
            now += IDLE;
            engine.closeIdle();
            session.reset();
            assertEquals(ok("1"), replay(replayer, session, get("/")));
        }
        assertFalse(isMapped("unmapped-when-idle"), "the engine is closed, and so are its replayers");
    }

    @Test
    void shouldHoldWhatWasUsedSinceAWorkerAskedLast() {
        recordAll("a", "1", "2", "3");
        try (Engine engine = open()) {
            final Replayer replayer = engine.newReplayer(POLICY);
            final Session session = engine.session("a");
            for (int i = 1; i <= 3; i++) {
                assertEquals(ok("" + i), replay(replayer, session, get("/")));
                now += IDLE;
                replayer.releaseIfIdle();
                engine.closeIdle();
                assertEquals(1, engine.openRecordings(), "used since the worker asked last");
            }
            replayer.releaseIfIdle();
            assertNull(replayer.source(), "not used since");
            now += IDLE;
            engine.closeIdle();
            assertEquals(0, engine.openRecordings());
            assertEquals(ok("3"), replay(replayer, session, get("/")));
        }
    }

    @Test
    void shouldKeepTheBytesThatAreOnTheirWay() {
        recordAll("a", "on its way");
        recordAll("b", "other");
        try (Engine engine = open()) {
            final Replayer replayer = engine.newReplayer(POLICY);
            assertEquals(ok("on its way"), replay(replayer, engine.session("a"), get("/")));
            final Replay source = replayer.source();
            final var reply = replayer.segment().asSlice(replayer.responseOffset(), replayer.responseLength());
            source.retain();
            assertEquals(ok("other"), replay(replayer, engine.session("b"), get("/")));
            replayer.release();
            now += IDLE;
            engine.closeIdle();
            now += IDLE;
            engine.closeIdle();
            assertEquals(1, engine.openRecordings());
            assertEquals(ok("on its way"), text(reply.toArray(ValueLayout.JAVA_BYTE)));
            source.release();
            engine.closeIdle();
            assertEquals(0, engine.openRecordings());
        }
    }

    @Test
    void shouldBeginAgainWithAnotherRecording() throws IOException {
        recordAll("a", "1", "2");
        try (Engine engine = open()) {
            final Replayer replayer = engine.newReplayer(POLICY);
            final Session session = engine.session("a");
            assertEquals(ok("1"), replay(replayer, session, get("/")));
            replayer.release();
            now += IDLE;
            engine.closeIdle();
            now += IDLE;
            engine.closeIdle();
            Files.delete(folder.resolve("a.ouli"));
            assertEquals("NO_RECORDING", replay(replayer, session, get("/")));
            assertNull(replayer.source());
            recordAll("a", "new 1", "new 2");
            now += TimeUnit.SECONDS.toNanos(1);
            assertEquals(ok("new 1"), replay(replayer, session, get("/")));
            assertEquals(ok("new 2"), replay(replayer, session, get("/")));
        }
    }

    /** Recordings are closed as fast as can be while threads replay them. */
    @Test
    void shouldNeverCloseWhatIsBeingUsed() throws InterruptedException {
        final int sessions = 5;
        for (int i = 0; i < sessions; i++) {
            recordAll("s" + i, "reply " + i);
        }
        final AtomicReference<Throwable> failure = new AtomicReference<>();
        try (Engine engine = Engine.open(EngineConfig.builder(folder).build(), () -> now, 0)) {
            final List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                final int first = i;
                threads.add(Thread.ofPlatform().start(() -> {
                    try (Replayer replayer = engine.newReplayer(POLICY)) {
                        for (int turn = 0; turn < 3_000; turn++) {
                            final int number = (first + turn) % sessions;
                            assertEquals(ok("reply " + number),
                                    replay(replayer, engine.session("s" + number), get("/")));
                        }
                    } catch (final Throwable e) {
                        failure.set(e);
                    }
                }));
            }
            while (threads.stream().anyMatch(Thread::isAlive)) {
                engine.closeIdle();
            }
            for (final Thread thread : threads) {
                thread.join();
            }
            assertNull(failure.get());
            engine.closeIdle();
            assertEquals(0, engine.openRecordings());
        }
    }
}
