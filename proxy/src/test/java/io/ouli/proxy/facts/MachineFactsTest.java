package io.ouli.proxy.facts;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

class MachineFactsTest {
    @TempDir
    private Path root;

    @Test
    void shouldReadAMachineFromItsFiles() throws Exception {
        file("proc/cpuinfo", """
                processor\t: 0
                cpu family\t: 25
                model\t\t: 1
                model name\t: Some Processor 9000
                stepping\t: 2
                flags\t\t: fpu avx avx2 sse4_2 sha_ni hypervisor

                processor\t: 1
                """);
        file("proc/meminfo", "MemTotal:       24682680 kB\nMemFree:  1 kB\n");
        file("proc/loadavg", "0.25 0.10 0.05 1/100 4242\n");
        file("proc/sys/kernel/osrelease", "6.18.0\n");
        file("sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n");
        file("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "performance\n");
        file("sys/devices/system/cpu/cpu0/cache/index0/size", "32K\n");
        file("sys/devices/system/cpu/cpu0/cache/index0/level", "1\n");
        file("sys/devices/system/cpu/cpu0/cache/index0/type", "Data\n");

        final Map<String, String> facts = MachineFacts.machine(root);

        assertEquals("Some Processor 9000", facts.get("cpu"));
        assertEquals("2", facts.get("cores"));
        assertEquals("25/1/2", facts.get("cpuFamilyModelStepping"));
        assertEquals("sse4_2 avx avx2 sha_ni", facts.get("simd"));
        assertEquals("true", facts.get("hypervisor"));
        assertEquals("performance", facts.get("governor"));
        assertEquals("madvise", facts.get("transparentHugePages"));
        assertEquals("24682680 kB", facts.get("memory"));
        assertEquals("6.18.0", facts.get("kernel"));
        assertEquals("0.25", facts.get("loadAverage"));
        assertEquals("L1 Data 32K", facts.get("caches"));
        assertEquals(MachineFacts.UNKNOWN, facts.get("boost"));
    }

    @Test
    void shouldSayUnknownWhereNothingIsTold() {
        final Map<String, String> facts = MachineFacts.machine(root);
        assertEquals(MachineFacts.UNKNOWN, facts.get("cpu"));
        assertEquals("false", facts.get("hypervisor"));
        assertEquals(MachineFacts.UNKNOWN, facts.get("simd"));
    }

    @Test
    void shouldKeepPathsOutOfTheFlags() {
        assertEquals("-Xmx1g -XX:+UseSerialGC",
                MachineFacts.flags(List.of("-Xmx1g", "-javaagent:/some/where/agent.jar", "-XX:+UseSerialGC")));
    }

    @Test
    void shouldKnowTheJdkThatRuns() {
        final MachineFacts facts = MachineFacts.read(root);
        assertNotEquals(MachineFacts.UNKNOWN, facts.get("jdk"));
        assertEquals(MachineFacts.UNKNOWN, facts.get("commit"));
    }

    @Test
    void shouldNameTheCommitOfTheProgramNotOfTheFolder() {
        assertEquals(MachineFacts.read(Path.of("")).get("commit"), MachineFacts.read().get("commit"));
    }

    private void file(final String name, final String text) throws Exception {
        final Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
