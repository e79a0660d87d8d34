package io.ouli.proxy.cli;

import io.ouli.engine.EndpointPolicy;
import io.ouli.engine.Engine;
import io.ouli.engine.EngineConfig;
import io.ouli.engine.Exchange;
import io.ouli.engine.Mode;
import io.ouli.engine.Recorder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Makes a package of the built program, carries it to a path with a space, and uses it as somebody without a JDK does:
 * no java on the PATH, no JAVA_HOME. Runs after the program's jar is made.
 */
@Timeout(300)
class PackagedIT {
    private static final long MOST_BYTES = 45_000_000;
    /** Symbol tables, where nothing takes them out. */
    private static final long UNSTRIPPED_BYTES = 15_000_000;
    private static final long SECONDS = 120;
    private static final Pattern LISTENING = Pattern.compile("listening on http://127.0.0.1:([0-9]+) ");
    private static final String REQUEST = "GET /packed HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final String REPLY = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Made: by hand\r\n\r\nhello";

    @TempDir
    private Path top;

    private final List<Process> started = new ArrayList<>();
    private int count;

    @AfterEach
    void endAll() {
        started.forEach(Process::destroyForcibly);
    }

    private record Run(Process process, Path out, Path err) {
        int exitCode() throws Exception {
            assertTrue(process.waitFor(SECONDS, TimeUnit.SECONDS), "it does not end: " + text());
            return process.exitValue();
        }

        String text() throws IOException {
            return Files.readString(out) + Files.readString(err);
        }
    }

    /** @param environment all that is in it, HOME excepted. */
    private Run start(final Map<String, String> environment, final Path program, final String... arguments)
            throws IOException {
        final List<String> line = new ArrayList<>(List.of(program.toString()));
        line.addAll(List.of(arguments));
        final Path own = Files.createDirectories(top.resolve("run-" + count++));
        final ProcessBuilder builder = new ProcessBuilder(line).directory(top.toFile())
                .redirectOutput(own.resolve("out").toFile()).redirectError(own.resolve("err").toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        builder.environment().put("HOME", top.toString());
        final Process process = builder.start();
        started.add(process);
        return new Run(process, own.resolve("out"), own.resolve("err"));
    }

    /** Makes the package. @return its folder. */
    private Path make() throws Exception {
        final Path launcher = Path.of("..", "ouli").toRealPath();
        assertTrue(Files.exists(Path.of("target/ouli.jar")), "the program is built before: mvn verify");
        final Run made = start(
                Map.of("PATH", System.getenv("PATH"), "JAVA_HOME", System.getProperty("java.home"),
                        "OULI_BUILD", "never", "OULI_AOT", "never"),
                launcher, "package", "--out", top.resolve("made").toString(), "--json");
        assertEquals(ExitCode.OK, made.exitCode(), made.text());
        final Matcher bytes = Pattern.compile("\"bytes\":([0-9]+)").matcher(Files.readString(made.out));
        assertTrue(bytes.find(), made.text());
        assertEquals(bytes(top.resolve("made")), Long.parseLong(bytes.group(1)), made.text());
        return top.resolve("made");
    }

    private static long bytes(final Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
        }
    }

    /** Returns a folder with all programs of the system but Java's. */
    private Path programs() throws IOException {
        final Path programs = Files.createDirectories(top.resolve("programs"));
        for (final String folder : List.of("/usr/bin", "/bin")) {
            try (Stream<Path> files = Files.list(Path.of(folder))) {
                for (final Path file : (Iterable<Path>) files::iterator) {
                    final Path link = programs.resolve(file.getFileName());
                    if (!file.getFileName().toString().startsWith("java") && !Files.exists(link)) {
                        Files.createSymbolicLink(link, file);
                    }
                }
            }
        }
        return programs;
    }

    private Path record() {
        final Path recordings = top.resolve("recordings");
        try (Engine engine = Engine.open(EngineConfig.builder(recordings).mode(Mode.RECORD).build())) {
            final Recorder recorder = engine.newRecorder(EndpointPolicy.defaults());
            final byte[] request = REQUEST.getBytes(StandardCharsets.US_ASCII);
            final byte[] reply = REPLY.getBytes(StandardCharsets.US_ASCII);
            final Exchange exchange = recorder.begin(engine.session("default"), request, 0, request.length);
            final int headLength = REPLY.indexOf("\r\n\r\n") + 4;
            exchange.responseHead(reply, 0, headLength);
            exchange.responseChunk(REPLY.substring(headLength).getBytes(StandardCharsets.US_ASCII), 0);
            exchange.complete();
        }
        return recordings;
    }

    private static int port(final Run server) throws Exception {
        final long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (System.nanoTime() < deadline && server.process.isAlive()) {
            final Matcher matcher = LISTENING.matcher(Files.readString(server.out));
            if (matcher.find()) {
                return Integer.parseInt(matcher.group(1));
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        throw new AssertionError("it does not listen: " + server.text());
    }

    @Test
    void shouldReplayWhereNoJavaIs() throws Exception {
        final Path recordings = record();
        final Path carried = Files.createDirectories(top.resolve("another place")).resolve("ouli of mine");
        Files.move(make(), carried);
        final boolean stripped = Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "strip")));
        final long bytes = bytes(carried);
        assertTrue(bytes < MOST_BYTES + (stripped ? 0 : UNSTRIPPED_BYTES), bytes + " bytes");

        final Map<String, String> environment = Map.of("PATH", programs().toString());
        final Path program = carried.resolve("ouli");
        final Run server = start(environment, program, "replay", "--dir", recordings.toString(), "--listen", "0");
        try (Socket client = new Socket("127.0.0.1", port(server))) {
            client.setSoTimeout((int) TimeUnit.SECONDS.toMillis(SECONDS));
            client.getOutputStream().write(REQUEST.getBytes(StandardCharsets.US_ASCII));
            assertEquals(REPLY, new String(
                    client.getInputStream().readNBytes(REPLY.length()), StandardCharsets.US_ASCII));
        }
        assertEquals(carried.resolve("runtime/bin/java").toRealPath(),
                Path.of(server.process.info().command().orElseThrow()).toRealPath(), "whose Java it is");
        assertTrue(Files.exists(carried.resolve("app/start/fast.aot")), "the cache was unpacked: " + server.text());
        server.process.destroy();
        assertEquals(ExitCode.OK, server.exitCode(), server.text());

        assertEndsInOrderWithoutADescriptor(environment, program, recordings);
        assertEnds(ExitCode.OK, start(environment, program, "verify", recordings.toString()));
        assertEnds(ExitCode.USAGE, start(environment, program, "replya"));
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertEnds(ExitCode.CANNOT_START, start(environment, program, "replay", "--dir", recordings.toString(),
                    "--listen", Integer.toString(taken.getLocalPort())));
        }
    }

    /** What only the end needs was loaded before, for then no file can be opened. */
    private void assertEndsInOrderWithoutADescriptor(
            final Map<String, String> environment, final Path program, final Path recordings) throws Exception {
        final int files = 100;
        final Run server = start(environment, Path.of("/bin/sh"), "-c", "ulimit -n " + files + " && exec \"$@\"", "sh",
                program.toString(), "replay", "--dir", recordings.toString(), "--listen", "0");
        final int port = port(server);
        final Path process = Path.of("/proc", Long.toString(server.process.pid()));
        final List<Socket> clients = new ArrayList<>();
        try {
            await(server, () -> !threads(process).contains("ouli-start-ahea"));
            for (int i = 0; i < files; i++) {
                clients.add(new Socket("127.0.0.1", port));
            }
            await(server, () -> files(process.resolve("fd")).size() == files);
            server.process.destroy();
            assertEquals(ExitCode.OK, server.exitCode(), server.text());
        } finally {
            for (final Socket client : clients) {
                client.close();
            }
        }
    }

    private static void await(final Run server, final Callable<Boolean> condition) throws Exception {
        final long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (!condition.call()) {
            assertTrue(System.nanoTime() < deadline && server.process.isAlive(), server.text());
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    /** Returns the names of a process's threads, of which Linux keeps 15 characters. */
    private static List<String> threads(final Path process) throws IOException {
        final List<String> names = new ArrayList<>();
        for (final Path thread : files(process.resolve("task"))) {
            try {
                names.add(Files.readString(thread.resolve("comm")).strip());
            } catch (final IOException endedMeanwhile) {
                continue;
            }
        }
        return names;
    }

    private static List<Path> files(final Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    private static void assertEnds(final int exitCode, final Run run) throws Exception {
        assertEquals(exitCode, run.exitCode(), run.text());
    }
}
