package io.ouli.perf.pairs;

import io.ouli.perf.corpus.Corpus;
import io.ouli.perf.load.LoadException;
import io.ouli.perf.result.Statistics;
import io.ouli.perf.result.Subject;
import io.ouli.perf.server.OuliServer;
import io.ouli.perf.server.Pinning;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

@Timeout(120)
class PairedServersTest {
    @TempDir
    private Path folder;

    @Test
    void shouldAskBothOfEachPairAndCompareTheirWorkersTime() throws Exception {
        final StringWriter log = new StringWriter();
        final OuliServer server = new OuliServer("reference", "nio", 1).with("reference", "OULI_AOT=never");
        final long nanos = TimeUnit.MILLISECONDS.toNanos(200);
        final PairedServers pairs = new PairedServers(new PairedServers.Settings(2, 1, nanos, nanos, 2, 1),
                Pinning.NONE, new PrintWriter(log, true));

        final List<Subject> subjects = pairs.run(server, server.with("subject"), Corpus.generated(10, 100, 0, 3));

        assertEquals(List.of("reference", "subject"), subjects.stream().map(Subject::name).toList());
        for (final Subject subject : subjects) {
            assertEquals(2, subject.rounds().size());
            for (final Map<String, Double> round : subject.rounds()) {
                assertTrue(round.get("cpuMicrosPerRequest") > 0 && round.get("requests") > 0, round.toString());
                assertTrue(round.get(PairedServers.RATIO) > 0, round.toString());
            }
        }
        assertEquals(2, log.toString().lines().count(), log.toString());
    }

    @Test
    void shouldGiveAnIntervalThatHoldsTheMeanOfThePairs() {
        final Subject subject = new Subject("on", "", List.of(Map.of(PairedServers.RATIO, 1.01),
                Map.of(PairedServers.RATIO, 1.02), Map.of(PairedServers.RATIO, 1.03)), null);

        final Statistics.Interval interval = PairedServers.interval(subject);

        assertEquals(1.02, interval.estimate(), 1e-4);
        // Student's t for two degrees of freedom is 4.303.
        assertEquals(1.02 - 4.303 * 0.01 / Math.sqrt(3), interval.low(), 1e-3);
        assertEquals(1.02 + 4.303 * 0.01 / Math.sqrt(3), interval.high(), 1e-3);
    }

    @Test
    void shouldCountWorkersAloneAndSayWhenThereAreNone() throws Exception {
        thread("1", "java\n", "5000 1 1\n");
        assertThrows(LoadException.class, () -> WorkerTime.of(List.of(folder)));
        thread("2", "ouli-worker-0\n", "70 9 1\n");
        thread("3", "ouli-worker-1\n", "800 9 1\n");

        assertEquals(870, WorkerTime.of(List.of(folder)).nanos());
    }

    @Test
    void shouldSayThatAKernelCountsNoTimes() throws Exception {
        thread("2", "ouli-worker-0\n", "0 0 0\n");

        assertTrue(assertThrows(LoadException.class, () -> WorkerTime.of(List.of(folder))).getMessage()
                .contains("CONFIG_SCHED_INFO"));
    }

    private void thread(final String id, final String name, final String times) throws Exception {
        final Path thread = Files.createDirectory(folder.resolve(id));
        Files.writeString(thread.resolve("comm"), name);
        Files.writeString(thread.resolve("schedstat"), times);
    }
}
