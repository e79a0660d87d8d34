package io.ouli.perf.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;

class SchedulerTimeTest {
    @TempDir
    private Path first;
    @TempDir
    private Path second;

    @Test
    void shouldCountThreadsOfAllProcessesAndTellCompilersApart() throws IOException {
        thread(first, 1, "ouli-worker-0", 1_000);
        thread(first, 2, "C2 CompilerThre", 500);
        thread(second, 9, "nginx", 70);
        final SchedulerTime time = new SchedulerTime(List.of(first, second, first.resolve("gone")));
        thread(first, 1, "ouli-worker-0", 1_300);
        thread(first, 2, "C2 CompilerThre", 510);
        thread(first, 3, "C1 CompilerThre", 5);
        thread(second, 9, "nginx", 72);
        time.end();
        assertEquals(300 + 10 + 5 + 2, time.allNanos());
        assertEquals(15, time.compilerNanos());
    }

    @Test
    void shouldTellNothingWhereTheKernelDoesNot() {
        final SchedulerTime time = new SchedulerTime(List.of(first));
        time.end();
        assertEquals(0, time.allNanos());
    }

    @Test
    void shouldAddSlices() {
        final LoadOutcome.ServerUse sum = new LoadOutcome.ServerUse(100, 400_000, 100_000, 2_000, 7)
                .plus(new LoadOutcome.ServerUse(300, 400_000, 300_000, 6_000, 9));
        assertEquals(2, sum.cpuMicrosPerRequest());
        assertEquals(1, sum.userMicrosPerRequest());
        assertEquals(0.02, sum.compilerMicrosPerRequest());
        assertEquals(9, sum.rssBytes());
    }

    private static void thread(final Path process, final int id, final String name, final long nanos)
            throws IOException {
        final Path folder = Files.createDirectories(process.resolve(Integer.toString(id)));
        Files.writeString(folder.resolve("comm"), name + "\n");
        Files.writeString(folder.resolve("schedstat"), nanos + " 17 3\n");
    }
}
