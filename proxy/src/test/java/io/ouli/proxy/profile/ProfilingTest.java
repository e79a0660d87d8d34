package io.ouli.proxy.profile;

import io.ouli.engine.OuliException;
import io.ouli.engine.Profile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ProfilingTest {
    @TempDir
    private Path folder;

    @Test
    void shouldRecordAloneWhereThereIsNoAsyncProfiler() throws Exception {
        final List<String> log = new ArrayList<>();
        assertEquals(List.of("replay", "--listen", "0"), Profiling.begin(
                List.of("replay", "--profile", "cpu=" + folder.resolve("p.html"), "--listen", "0"), log::add));
        assertTrue(log.getFirst().startsWith("profile: async-profiler cannot be used (its jar was not named"),
                log::toString);
        try (Profile.Section section = Profile.section("profiled")) {
            assertTrue(section != null);
        }
        Profiling.end();
        Profiling.end();
        assertEquals("profile: " + folder.resolve("p.jfr") + " (flight recording)", log.getLast());
        final List<RecordedEvent> events = RecordingFile.readAllEvents(folder.resolve("p.jfr"));
        assertTrue(events.stream().anyMatch(event -> event.getEventType().getName().equals("ouli.Section")
                && event.getString("section").equals("profiled")));
    }

    @Test
    void shouldLeaveAloneWhatIsAnotherProgramsOrNotAsked() {
        final List<String> words = List.of("explain", "curl", "--", "--profile", "cpu");
        assertEquals(words, Profiling.begin(words, line -> { }));
        final OuliException wrong = assertThrows(OuliException.class,
                () -> Profiling.begin(List.of("demo", "--profile=disk"), line -> { }));
        assertTrue(wrong.getMessage().startsWith("--profile takes cpu, alloc or wall"), wrong.getMessage());
        assertThrows(OuliException.class, () -> Profiling.begin(List.of("demo", "--profile"), line -> { }));
    }
}
