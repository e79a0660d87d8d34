package io.ouli.proxy.doctor;

import io.ouli.proxy.doctor.Finding.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class DoctorTest {
    @TempDir
    private Path root;

    @Test
    void shouldFindEverythingInOrderOnAGoodKernel() throws IOException {
        good();
        assertTrue(KernelChecks.examine(root).stream().allMatch(finding -> finding.status() == Status.OK
                && finding.remedy().isEmpty()), () -> KernelChecks.examine(root).toString());
    }

    @Test
    void shouldSpellCachesAndCollectorsAsPeopleDo() {
        assertEquals("L1 data 48 KiB, L1 instruction 32 KiB, L3 307200 KiB",
                Doctor.caches("L1 Data 48K, L1 Instruction 32K, L3 Unified 307200K"));
        assertEquals("unknown", Doctor.caches("unknown"));
        assertEquals("Serial GC", Doctor.collector("Copy, MarkSweepCompact"));
        assertEquals("G1", Doctor.collector("G1 Young Generation, G1 Concurrent GC, G1 Old Generation"));
    }

    @Test
    void shouldNameWhatIsSwitchedOffWithARemedy() throws IOException {
        good();
        write("proc/sys/kernel/osrelease", "5.10.0-1");
        write("proc/sys/kernel/io_uring_disabled", "2");
        write("sys/kernel/mm/transparent_hugepage/enabled", "always madvise [never]");
        write("proc/self/limits", "Max open files            1024                 4096                 files\n"
                + "Max locked memory         65536                65536                bytes\n");
        write("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "powersave");
        write("sys/devices/system/clocksource/clocksource0/current_clocksource", "hpet");
        write("proc/sys/net/core/somaxconn", "128");

        final Map<String, Finding> findings = KernelChecks.examine(root).stream()
                .collect(Collectors.toMap(Finding::check, finding -> finding));

        for (final String check : List.of("kernel", "io_uring_disabled", "huge_pages", "open_files")) {
            assertEquals(Status.PROBLEM, findings.get(check).status(), check);
        }
        for (final String check : List.of("locked_memory", "governor", "clock", "backlog")) {
            assertEquals(Status.NOTE, findings.get(check).status(), check);
        }
        assertTrue(findings.values().stream().noneMatch(finding -> finding.remedy().isEmpty()), findings.toString());
        assertTrue(findings.get("open_files").remedy().contains("ulimit -n 8192"), findings.toString());
    }

    @Test
    void shouldTellAmountsAsPeopleReadThem() throws IOException {
        assertEquals("23.5 GiB", Doctor.memory("24684092 kB"));
        assertEquals("unknown", Doctor.memory("unknown"));
        good();
        assertTrue(KernelChecks.examine(root).contains(Finding.ok("locked_memory", "8192 KiB")));
    }

    @Test
    void shouldTellAKernelAtTheEdge() throws IOException {
        good();
        write("proc/sys/kernel/osrelease", "5.11.0");
        assertEquals(Status.NOTE, KernelChecks.examine(root).getFirst().status());
        write("proc/sys/kernel/osrelease", "6.1.0");
        assertEquals(Status.OK, KernelChecks.examine(root).getFirst().status());
    }

    @Test
    void shouldWarnOfStolenTimeBeyondTheLimitOnly() {
        assertEquals(Status.OK, Doctor.processorTime(Doctor.MOST_STEAL_PERCENT, 0).status());
        assertEquals(Status.PROBLEM, Doctor.processorTime(Doctor.MOST_STEAL_PERCENT + 0.1, 0).status());
        assertEquals(Status.NOTE, Doctor.processorTime(0, Doctor.MOST_OTHERS_PERCENT + 1).status());
    }

    @Test
    void shouldTellEveryStateOfTheCache() {
        assertEquals(Status.OK, Doctor.aot("used", "/x/fast.aot").status());
        assertEquals(Status.PROBLEM, Doctor.aot("refused", "/x/fast.aot").status());
        assertEquals(Status.PROBLEM, Doctor.aot("unwritable", "/x/fast.aot").status());
        assertEquals(Status.NOTE, Doctor.aot("making", "/x/fast.aot").status());
    }

    @Test
    void shouldExamineThisMachine() throws InterruptedException {
        final List<Finding> findings = Doctor.examine(Map.of());
        assertEquals(findings.size(), findings.stream().map(Finding::check).distinct().count());
        assertTrue(findings.stream().allMatch(finding -> finding.status() == Status.OK
                || !finding.remedy().isEmpty()), findings.toString());
        assertFalse(findings.stream().anyMatch(finding -> finding.value().isEmpty()), findings.toString());
    }

    private void good() throws IOException {
        write("proc/sys/kernel/osrelease", "6.18.1");
        write("proc/sys/kernel/io_uring_disabled", "0");
        write("sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never");
        write("proc/self/limits", "Max open files            unlimited            unlimited            files\n"
                + "Max locked memory         8388608              8388608              bytes\n");
        write("proc/sys/net/core/somaxconn", "4096");
    }

    private void write(final String file, final String text) throws IOException {
        Files.createDirectories(root.resolve(file).getParent());
        Files.writeString(root.resolve(file), text + "\n");
    }
}
