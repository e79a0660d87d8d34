package io.ouli.proxy.cli;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The command line as a process of its own, started as the launcher starts it. */
final class CliProcess implements AutoCloseable {
    private static final Pattern LISTENING = Pattern.compile("listening on http://([^ ]+):([0-9]+) ");
    private static final long TIMEOUT_SECONDS = 60;
    /** The number of the signal on Linux. */
    static final int SIGHUP = 1;
    private static int count;

    private final Process process;
    private final Path out;
    private final Path err;

    private CliProcess(final Process process, final Path out, final Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    static CliProcess start(final Path folder, final Map<String, String> environment, final String... args)
            throws IOException {
        final Path own = Files.createDirectories(folder.resolve("process-" + count++));
        final ProcessBuilder builder = builder(args)
                .redirectOutput(own.resolve("out").toFile())
                .redirectError(own.resolve("err").toFile());
        builder.environment().putAll(environment);
        return new CliProcess(builder.start(), own.resolve("out"), own.resolve("err"));
    }

    /** Returns what starts it, for who does something else with its output. */
    static ProcessBuilder builder(final String... args) {
        final List<String> line = new ArrayList<>(List.of(
                // What a file may grow to, and how many may be open; for the process that takes the shell's place.
                "sh", "-c", "ulimit -f ${OULI_TEST_BLOCKS:-unlimited} && ulimit -n ${OULI_TEST_FILES:-`ulimit -n`}"
                        + " && exec \"$@\"", "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC", "-Xmx256m", "--enable-native-access=ALL-UNNAMED",
                "-cp", Path.of("src/main/launch") + File.pathSeparator + System.getProperty("java.class.path"),
                "io.ouli.proxy.cli.Main"));
        line.addAll(List.of(args));
        final ProcessBuilder builder = new ProcessBuilder(line);
        builder.environment().keySet().removeIf(name -> name.contains("SECRETS") || name.startsWith("JAVA_TOOL"));
        return builder;
    }

    /** Runs to the end. */
    static CliProcess run(final Path folder, final String... args) throws Exception {
        final CliProcess cli = start(folder, Map.of(), args);
        cli.exitCode();
        return cli;
    }

    /** Waits until it listens, and returns the port. */
    int port() throws Exception {
        final long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
        while (System.nanoTime() < deadline && process.isAlive()) {
            final Matcher matcher = LISTENING.matcher(out());
            if (matcher.find()) {
                return Integer.parseInt(matcher.group(2));
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        throw new AssertionError("it does not listen: " + out() + err());
    }

    void signal(final String name) throws Exception {
        assertEquals(0, new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid()).start().waitFor());
    }

    /** Returns whether this process, and so those that it starts, ignores a signal, as under nohup. */
    static boolean isIgnored(final int signal) throws IOException {
        final Path status = Path.of("/proc/self/status");
        if (!Files.isReadable(status)) {
            return false;
        }
        final String line = Files.readAllLines(status).stream()
                .filter(each -> each.startsWith("SigIgn:")).findFirst().orElse("SigIgn: 0");
        return (Long.parseUnsignedLong(line.substring(line.indexOf(':') + 1).strip(), 16) >>> signal - 1 & 1) != 0;
    }

    /** Signals, and expects an end in order. */
    void stop() throws Exception {
        signal("TERM");
        assertEquals(0, exitCode(), err());
    }

    /** SIGKILL: not an instruction more. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    int exitCode() throws Exception {
        assertTrue(process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS), () -> "it hangs");
        return process.exitValue();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    String out() throws IOException {
        return Files.readString(out);
    }

    String err() throws IOException {
        return Files.readString(err);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
