package io.ouli.proxy.facts;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ProcessUsageTest {
    private static final String STAT = "42 (a (b) c) S 1 2 3 4 5 6 7 8 9 10 250 31 0 0 20 0 1 0 100 200 300\n";

    @Test
    void shouldReadTimesAfterANameWithBlanksAndParentheses(@TempDir final Path folder) throws Exception {
        Files.writeString(folder.resolve("stat"), STAT);
        Files.writeString(folder.resolve("smaps_rollup"), "00-ff ---p [rollup]\nRss:    2048 kB\nPss:    1024 kB\n"
                + "Pss_Dirty:  4 kB\n");
        assertEquals(new ProcessUsage(2_500_000_000L, 310_000_000L, 2 << 20, 1 << 20), ProcessUsage.read(folder));
    }

    @Test
    void shouldBeZeroForAProcessThatIsGone(@TempDir final Path folder) {
        assertEquals(new ProcessUsage(0, 0, 0, 0), ProcessUsage.read(folder.resolve("none")));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void shouldSeeThisProcess() {
        final ProcessUsage usage = ProcessUsage.ofTree(ProcessHandle.current());
        assertTrue(usage.cpuNanos() > 0, usage::toString);
        assertTrue(usage.rssBytes() > 1 << 20, usage::toString);
    }
}
