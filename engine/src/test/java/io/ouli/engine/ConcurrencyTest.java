package io.ouli.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Runs the {@code *Stress} classes under jcstress, in one JVM configuration and for a moment each; for longer see
 * CONTRIBUTING.md.
 */
class ConcurrencyTest {
    private static final int STRESS_TESTS = 8;
    private static final String PRESET = System.getProperty("ouli.stress");
    private static final List<String> MOMENT = List.of("-jvmArgs", "-XX:+UseSerialGC", "-f", "1", "-fsm", "1",
            "-iters", "2", "-time", "150", "-sc", "false", "-af", "NONE", "-c", "2");

    @TempDir
    private Path folder;

    @Test
    void shouldAllowNoOutcomeButTheExpectedOnes() throws IOException, InterruptedException {
        assumeTrue(Runtime.getRuntime().availableProcessors() > 1, "one processor runs one thread at a time");
        final Path output = folder.resolve("jcstress.txt");
        final List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp", System.getProperty("java.class.path"),
                "org.openjdk.jcstress.Main", "-t", "io.ouli.engine", "-r", folder.toString()));
        command.addAll(PRESET == null ? MOMENT : List.of("-m", PRESET));
        final Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertTrue(process.waitFor(PRESET == null ? 3 : 600, TimeUnit.MINUTES), "jcstress hangs");
        } finally {
            process.destroyForcibly();
        }
        final String text = Files.readString(output);
        assertEquals(0, process.exitValue(), text);
        if (PRESET == null) {
            assertTrue(text.contains(STRESS_TESTS + " planned; " + STRESS_TESTS + " passed, 0 failed"), text);
        }
    }
}
