package io.ouli.engine;

import io.ouli.engine.match.MatchMode;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static io.ouli.engine.EngineHarness.get;
import static io.ouli.engine.EngineHarness.look;
import static io.ouli.engine.EngineHarness.ok;
import static io.ouli.engine.EngineHarness.record;
import static io.ouli.engine.EngineHarness.reply;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Who reads the test-server hashes of a recording: the thread that serves clients only if they are few. */
class TestServerOpeningTest {
    private static final int MOST = Limits.MAX_TEST_SERVER_HASHES_READ_INLINE;

    @TempDir
    private Path folder;

    private Engine engine(final Mode mode) {
        return Engine.open(EngineConfig.builder(folder).mode(mode).matchMode(MatchMode.TEST_SERVER).build());
    }

    private void recordInteractions(final int count) {
        try (Engine engine = engine(Mode.RECORD)) {
            final Recorder recorder = engine.newRecorder(EndpointPolicy.defaults());
            for (int i = 0; i < count; i++) {
                record(recorder, engine.session("default"), get("/" + i), ok("reply " + i));
            }
        }
    }

    @Test
    void shouldReadAFewItself() {
        recordInteractions(MOST);
        for (final Mode mode : new Mode[] {Mode.REPLAY, Mode.AUTO}) {
            try (Engine engine = engine(mode)) {
                final Replayer replayer = engine.newDeferringReplayer(EndpointPolicy.defaults());
                assertEquals(ReplayOutcome.HIT, look(replayer, engine.session("default"), get("/1")));
                assertEquals(ok("reply 1"), reply(replayer));
            }
        }
    }

    @Test
    void shouldLeaveManyToAnotherThread() throws Exception {
        recordInteractions(MOST + 1);
        for (final Mode mode : new Mode[] {Mode.REPLAY, Mode.AUTO}) {
            try (Engine engine = engine(mode)) {
                final Session session = engine.session("default");
                final Replayer replayer = engine.newDeferringReplayer(EndpointPolicy.defaults());
                assertEquals(ReplayOutcome.LATER, look(replayer, session, get("/1")));
                final CountDownLatch ready = new CountDownLatch(1);
                replayer.whenReady(ready::countDown);
                assertTrue(ready.await(60, TimeUnit.SECONDS));
                assertEquals(ReplayOutcome.HIT, look(replayer, session, get("/1")));
                assertEquals(ok("reply 1"), reply(replayer));
                // It is not read again when it goes on, nor by who may wait.
                replayer.release();
                final Replayer patient = engine.newReplayer(EndpointPolicy.defaults());
                assertEquals(ReplayOutcome.HIT, look(patient, session, get("/" + MOST)));
                assertEquals(ok("reply " + MOST), reply(patient));
            }
        }
    }
}
