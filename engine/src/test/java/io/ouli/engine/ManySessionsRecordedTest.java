package io.ouli.engine;

import io.ouli.engine.recording.Durability;
import io.ouli.engine.recording.OpenFiles;
import io.ouli.engine.recording.Recording;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static io.ouli.engine.EngineHarness.begin;
import static io.ouli.engine.EngineHarness.complete;
import static io.ouli.engine.EngineHarness.get;
import static io.ouli.engine.EngineHarness.ok;
import static io.ouli.engine.EngineHarness.record;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** More sessions are recorded than can be open for writing at once. */
@Timeout(120)
class ManySessionsRecordedTest {
    private static final int MOST_OPEN = 8;
    private static final int SESSIONS = 40;
    private static final int ROUNDS = 3;
    /** Twice as many as stay open, and what is unparked between two looks; three of each. */
    private static final int MOST_DESCRIPTORS = 3 * (2 * MOST_OPEN + 16);

    @TempDir
    private Path folder;

    private Engine open(final String name, final Durability durability, final OpenWriters writers) {
        return Engine.open(
                EngineConfig.builder(folder.resolve(name)).mode(Mode.RECORD).durability(durability)
                        .clock(Clock.fixed(Instant.ofEpochSecond(1_700_000_000), ZoneOffset.UTC)).build(),
                writers);
    }

    private int recordRounds(final Engine engine, final boolean seals) throws IOException {
        final Recorder recorder = engine.newRecorder(EndpointPolicy.defaults());
        int most = 0;
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < SESSIONS; i++) {
                record(recorder, engine.session("s" + i), get("/" + round), ok("reply " + round + " of " + i));
                most = Math.max(most, OpenFiles.in(folder));
            }
            if (seals && round == 1) {
                engine.seal();
                most = Math.max(most, OpenFiles.in(folder));
            }
        }
        return most;
    }

    @ParameterizedTest
    @EnumSource(Durability.class)
    void shouldWriteThemByTurnsInBoundedDescriptors(final Durability durability) throws IOException {
        try (Engine engine = open("all", durability, new OpenWriters(2 * SESSIONS, OpenWriters.IDLE_NANOS))) {
            recordRounds(engine, true);
        }
        try (Engine engine = open("few", durability, new OpenWriters(MOST_OPEN, OpenWriters.IDLE_NANOS))) {
            final int most = recordRounds(engine, true);
            assertTrue(most <= MOST_DESCRIPTORS, most + " descriptors");
        }
        for (int i = 0; i < SESSIONS; i++) {
            final Path few = folder.resolve("few/s" + i + ".ouli");
            assertArrayEquals(Files.readAllBytes(folder.resolve("all/s" + i + ".ouli")), Files.readAllBytes(few));
            try (Recording recording = Recording.open(few)) {
                assertEquals(ROUNDS, recording.count());
            }
        }
        assertTrue(OpenFiles.in(folder) <= 0);
        try (var left = Files.list(folder.resolve("few"))) {
            assertEquals(SESSIONS, left.count(), "a lock was left behind");
        }
    }

    /** Sessions whose upstreams take long are open, and nothing is written to them. */
    @Test
    void shouldParkThoseThatNothingWasWrittenToYet() throws IOException {
        try (Engine engine = open("few", Durability.INTERVAL, new OpenWriters(MOST_OPEN, OpenWriters.IDLE_NANOS))) {
            final Recorder recorder = engine.newRecorder(EndpointPolicy.defaults());
            final Exchange[] waiting = new Exchange[SESSIONS];
            for (int i = 0; i < SESSIONS; i++) {
                waiting[i] = begin(recorder, engine.session("s" + i), get("/"));
                assertTrue(OpenFiles.in(folder) <= MOST_DESCRIPTORS);
            }
            for (int i = SESSIONS - 1; i >= 0; i--) {
                complete(waiting[i], ok("late"));
            }
        }
        for (int i = 0; i < SESSIONS; i++) {
            try (Recording recording = Recording.open(folder.resolve("few/s" + i + ".ouli"))) {
                assertEquals(1, recording.count());
            }
        }
    }

    @Test
    void shouldCloseWhatIsIdleAndGoOnWithIt() throws Exception {
        try (Engine engine = open("few", Durability.INTERVAL,
                new OpenWriters(MOST_OPEN, TimeUnit.MILLISECONDS.toNanos(1)))) {
            final Recorder recorder = engine.newRecorder(EndpointPolicy.defaults());
            for (int round = 0; round < ROUNDS; round++) {
                record(recorder, engine.session("s"), get("/" + round), ok("reply"));
                while (OpenFiles.in(folder) > 0) {
                    Thread.sleep(1);
                }
            }
            assertEquals(ROUNDS, engine.session("s").status().recorded());
        }
        try (Recording recording = Recording.open(folder.resolve("few/s.ouli"))) {
            assertEquals(ROUNDS, recording.count());
        }
    }

    @Test
    void shouldStopOnlyTheSessionWhoseFileIsGone() throws Exception {
        final OpenWriters writers = new OpenWriters(MOST_OPEN, TimeUnit.MILLISECONDS.toNanos(1));
        RecordingFailedException failed = null;
        try (Engine engine = open("few", Durability.INTERVAL, writers)) {
            final Recorder recorder = engine.newRecorder(EndpointPolicy.defaults());
            record(recorder, engine.session("gone"), get("/"), ok("reply"));
            while (!Files.exists(folder.resolve("few/gone.ouli")) || OpenFiles.in(folder) > 0) {
                Thread.sleep(1);
            }
            Files.delete(folder.resolve("few/gone.ouli"));
            record(recorder, engine.session("gone"), get("/2"), ok("reply"));
            record(recorder, engine.session("there"), get("/"), ok("reply"));
        } catch (final RecordingFailedException e) {
            failed = e;
        }
        assertEquals(List.of("gone"), failed == null ? List.of() : failed.sessions());
        try (Recording recording = Recording.open(folder.resolve("few/there.ouli"))) {
            assertEquals(1, recording.count());
        }
        assertTrue(OpenFiles.in(folder) <= 0);
    }

    @Test
    void shouldTakeAShareOfTheDescriptorsThatThereAre() {
        assertEquals(8, OpenWriters.mostOpen(0));
        assertEquals(56, OpenWriters.mostOpen(1_024));
        assertEquals(OpenWriters.MAX_OPEN, OpenWriters.mostOpen(20_000));
        assertEquals(OpenWriters.MAX_OPEN, OpenWriters.mostOpen(Long.MAX_VALUE));
    }
}
