package io.ouli.engine;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static io.ouli.engine.EngineHarness.get;
import static io.ouli.engine.EngineHarness.ok;
import static io.ouli.engine.EngineHarness.record;
import static io.ouli.engine.EngineHarness.replay;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What is left of a session that was evicted: nothing; and what of its neighbours: all. */
class EvictionTest {
    private static final EndpointPolicy POLICY = EndpointPolicy.defaults();

    @TempDir
    private Path folder;

    @BeforeEach
    void recordTwoSessions() {
        try (Engine engine = Engine.open(EngineConfig.builder(folder).mode(Mode.RECORD).build())) {
            final Recorder recorder = engine.newRecorder(POLICY, () -> { });
            for (final String session : new String[] {"a", "b"}) {
                for (int i = 1; i <= 3; i++) {
                    record(recorder, engine.session(session), get("/"), ok(session + i));
                }
            }
        }
    }

    @Test
    void shouldBeginAnewAfterEvictionAndLeaveTheOtherSession() {
        for (final Mode mode : new Mode[] {Mode.REPLAY, Mode.AUTO}) {
            try (Engine engine = Engine.open(EngineConfig.builder(folder).mode(mode).build());
                    Replayer replayer = engine.newReplayer(POLICY)) {
                final Session evicted = engine.session("a");
                final Session other = engine.session("b");
                assertEquals(ok("a1"), replay(replayer, evicted, get("/")));
                assertEquals(ok("b1"), replay(replayer, other, get("/")));
                assertTrue(engine.evict("a"));
                assertFalse(engine.evict("a"));
                assertEquals(1, engine.liveSessions().size());
                assertNotSame(evicted, engine.session("a"));
                assertEquals(ok("a1"), replay(replayer, engine.session("a"), get("/")));
                assertEquals(ok("b2"), replay(replayer, other, get("/")));
                assertEquals(ok("a2"), replay(replayer, engine.session("a"), get("/")));
                assertEquals(ok("a1"), replay(replayer, evicted, get("/")), "it has counters of its own");
            }
        }
    }

    @Test
    void shouldMakeRoomByEviction() {
        try (Engine engine = Engine.open(EngineConfig.builder(folder).maxSessions(1).build())) {
            engine.session("a");
            assertThrows(OuliException.class, () -> engine.session("b"));
            engine.evict("a");
            engine.session("b");
        }
    }

    @Test
    void shouldRefuseToEvictWhatIsBeingRecorded() {
        try (Engine engine = Engine.open(EngineConfig.builder(folder).mode(Mode.AUTO).build())) {
            final Recorder recorder = engine.newRecorder(POLICY, () -> { });
            final Session recorded = engine.session("c");
            record(recorder, recorded, get("/new"), ok("new"));
            assertTrue(assertThrows(OuliException.class, () -> engine.evict("c")).getMessage()
                    .contains("session c is being recorded"));
            final Session evicted = engine.session("b");
            engine.evict("b");
            assertTrue(assertThrows(OuliException.class, () -> record(recorder, evicted, get("/"), ok("lost")))
                    .getMessage().contains("was evicted while"));
        }
        try (Engine engine = Engine.open(EngineConfig.builder(folder).build());
                Replayer replayer = engine.newReplayer(POLICY)) {
            assertEquals(ok("new"), replay(replayer, engine.session("c"), get("/new")));
        }
    }
}
