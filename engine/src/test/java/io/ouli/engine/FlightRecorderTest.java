package io.ouli.engine;

import io.ouli.engine.events.Events;
import io.ouli.engine.metrics.PerformanceMonitor;
import io.ouli.engine.metrics.PerformanceReport;
import io.ouli.engine.recording.Durability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What the JDK's flight recorder and a performance monitor see of an engine that works. */
@Timeout(120)
class FlightRecorderTest {
    private static final int REPLAYS = 100;

    @TempDir
    private Path folder;

    private void work() {
        final Path recordings = folder.resolve("r");
        try (Engine engine = Engine.open(EngineConfig.builder(recordings).mode(Mode.RECORD)
                .durability(Durability.EACH).existing(io.ouli.engine.recording.ExistingPolicy.REPLACE).build())) {
            final Recorder recorder = engine.newRecorder(EndpointPolicy.defaults(), () -> { });
            EngineHarness.record(recorder, engine.session("s"), EngineHarness.get("/a"), EngineHarness.ok("reply"));
        }
        try (Engine engine = Engine.open(EngineConfig.builder(recordings).build());
                Replayer replayer = engine.newReplayer(EndpointPolicy.defaults());
                Profile.Section whole = Profile.section("whole")) {
            assertTrue(whole != null);
            final Session session = engine.session("s");
            assertEquals(ReplayOutcome.HIT, EngineHarness.look(replayer, session, EngineHarness.get("/a")));
            assertEquals(ReplayOutcome.NO_KEY, EngineHarness.look(replayer, session, EngineHarness.get("/b")));
        }
    }

    private List<RecordedEvent> recorded(final String... enabled) throws IOException {
        final Path file = folder.resolve("flight.jfr");
        Files.deleteIfExists(file);
        try (Recording recording = new Recording()) {
            for (final String name : enabled) {
                recording.enable(name);
            }
            recording.start();
            assertTrue(Events.on());
            work();
            recording.stop();
            recording.dump(file);
        }
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().startsWith("ouli.")).toList();
    }

    private static Stream<RecordedEvent> named(final List<RecordedEvent> events, final String name) {
        return events.stream().filter(event -> event.getEventType().getName().equals(name));
    }

    @Test
    void shouldTellTheFlightRecorderWhatItAsksFor() throws IOException {
        Events.watchNow();
        final List<RecordedEvent> events =
                recorded("ouli.Request", "ouli.Miss", "ouli.Commit", "ouli.Section", "ouli.Stall", "ouli.Ring");
        assertEquals(List.of("RECORD", "HIT", "NO_KEY"),
                named(events, "ouli.Request").map(event -> event.getString("outcome")).toList());
        final RecordedEvent hit = named(events, "ouli.Request")
                .filter(event -> event.getString("outcome").equals("HIT")).findFirst().orElseThrow();
        assertEquals("s", hit.getString("session"));
        assertEquals(EngineHarness.ok("reply").length(), hit.getLong("replyBytes"));
        assertTrue(hit.getDuration().toNanos() >= 0);
        assertEquals(List.of("NO_KEY"),
                named(events, "ouli.Miss").map(event -> event.getString("reason")).toList());
        assertTrue(named(events, "ouli.Commit").anyMatch(event -> event.getInt("sessions") == 1), events::toString);
        assertEquals(List.of("whole"),
                named(events, "ouli.Section").map(event -> event.getString("section")).toList());

        assertEquals(List.of(), recorded());
        assertFalse(Events.on());
        assertEquals(List.of("ouli.Miss"), recorded("ouli.Miss").stream()
                .map(event -> event.getEventType().getName()).toList());
    }

    @Test
    void shouldReportHowLongReplaysTake() {
        work();
        try (Engine engine = Engine.open(EngineConfig.builder(folder.resolve("r")).build())) {
            final PerformanceMonitor monitor = engine.newPerformanceMonitor();
            try (Replayer replayer = engine.newReplayer(EndpointPolicy.defaults())) {
                for (int i = 0; i < REPLAYS; i++) {
                    EngineHarness.look(replayer, engine.session("s"), EngineHarness.get("/a"));
                }
                final PerformanceReport report = monitor.report();
                assertEquals(REPLAYS, report.interval().count());
                assertTrue(report.interval().p50Nanos() > 0);
                assertTrue(report.interval().maxNanos() >= report.interval().p999Nanos());
                assertTrue(report.memory().mappedBytes() > 0);
                assertTrue(report.memory().arenaBytes() > 0);
            }
            assertEquals(0, monitor.report().interval().count());
            assertEquals(REPLAYS, monitor.total().count());
        }
    }
}
