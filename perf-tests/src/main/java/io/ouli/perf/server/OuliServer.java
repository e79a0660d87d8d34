package io.ouli.perf.server;

import io.ouli.perf.corpus.Corpus;
import io.ouli.perf.corpus.CorpusRecorder;
import io.ouli.proxy.facts.JsonTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Ouli's own proxy, replaying, in a JVM of its own. */
public final class OuliServer implements ServerKind {
    private static final String JAR = "proxy/target/ouli.jar";
    private static final List<String> MODULES =
            List.of("ffm-bindings", "io-uring", "simd-redact", "engine", "proxy");
    static final String LAUNCHER_PROPERTY = "ouli.launcher";
    private static final String MAIN = "io.ouli.proxy.cli.Main";
    /** The launcher's flags, for a start without it. */
    private static final List<String> FLAGS = List.of("-XX:+UseSerialGC", "-Xms16m", "-Xmx1g",
            "-XX:+UseCompactObjectHeaders", "-XX:-UsePerfData", "-XX:CompileThresholdScaling=2",
            "-XX:MaxInlineLevel=30", "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=deny");

    private final String name;
    private final String transport;
    private final int workers;
    private final List<String> extra;

    /**
     * Describes one way of starting it.
     *
     * @param name      in tables.
     * @param transport {@code io_uring} or {@code nio}.
     * @param workers   threads that serve.
     */
    public OuliServer(final String name, final String transport, final int workers) {
        this(name, transport, workers, List.of());
    }

    private OuliServer(final String name, final String transport, final int workers, final List<String> extra) {
        this.name = name;
        this.transport = transport;
        this.workers = workers;
        this.extra = List.copyOf(extra);
    }

    /**
     * {@return another way of starting it}
     *
     * @param more variables of its environment, as {@code NAME=VALUE}, and flags of {@code ouli replay}.
     */
    public OuliServer with(final String newName, final String... more) {
        final List<String> all = new ArrayList<>(extra);
        all.addAll(List.of(more));
        return new OuliServer(newName, transport, workers, all);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String missing() {
        return staleProgram();
    }

    @Override
    public String description() {
        return "replay, " + transport + ", " + workers + (workers == 1 ? " worker" : " workers")
                + (extra.isEmpty() ? "" : ", " + String.join(" ", extra))
                + (launcher() == null ? ", started as a class" : ", started by ./ouli");
    }

    @Override
    public List<String> prepare(final Corpus corpus, final Path folder, final int port) throws IOException {
        final Path recordings = data(folder);
        CorpusRecorder.record(corpus, recordings, "default");
        final List<String> command = new ArrayList<>();
        command.addAll(program());
        command.addAll(List.of("replay", "--dir", recordings.toString(), "--listen", Integer.toString(port),
                "--transport", transport));
        if (workers > 1) {
            command.addAll(List.of("--workers", Integer.toString(workers)));
        }
        extra.stream().filter(each -> !isVariable(each)).forEach(command::add);
        makeCache();
        return command;
    }

    @Override
    public Map<String, String> environment() {
        final Map<String, String> variables = new HashMap<>();
        // Made before it is measured, not while.
        variables.put("OULI_AOT", "now");
        for (final String each : extra) {
            if (isVariable(each)) {
                variables.put(each.substring(0, each.indexOf('=')), each.substring(each.indexOf('=') + 1));
            }
        }
        return variables;
    }

    @Override
    public Path data(final Path folder) {
        return folder.resolve("recordings");
    }

    private static boolean isVariable(final String text) {
        return text.matches("[A-Z_]+=.*");
    }

    /** Has the launcher make its AOT cache now if it has none, so that the time it takes is nobody's start. */
    private void makeCache() throws IOException {
        if (launcher() == null) {
            return;
        }
        // The same words decide which cache it is.
        final ProcessBuilder builder = new ProcessBuilder(launcher().toString(), "replay", "--transport", transport,
                "--help").redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("OULI_BUILD", "never");
        builder.environment().putAll(environment());
        try {
            builder.start().waitFor();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** {@return the flags of the virtual machine that the launcher starts, without those that carry paths} */
    public static List<String> launcherFlags() throws IOException {
        if (launcher() == null) {
            return FLAGS;
        }
        final Process process = new ProcessBuilder("env", "OULI_BUILD=never", launcher().toString(), "doctor", "--json")
                .redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try (var lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (JsonTree.parse(line) instanceof Map<?, ?> finding && "flags".equals(finding.get("check"))) {
                    return List.of(finding.get("value").toString().split(" "));
                }
            }
        }
        return FLAGS;
    }

    /**
     * {@return the command that starts the program, without its arguments}
     *
     * @param options of the virtual machine; the launcher takes its own from {@code OULI_JAVA_OPTS}.
     */
    public static List<String> program(final String... options) {
        if (launcher() != null) {
            return List.of(launcher().toString());
        }
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(FLAGS);
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN));
        return command;
    }

    /** {@return why the built program must not be measured, null when it may: figures of old code would be lies} */
    static String staleProgram() {
        if (launcher() == null) {
            return null;
        }
        final Path home = launcher().getParent();
        try {
            final FileTime built = Files.getLastModifiedTime(home.resolve(JAR));
            for (final String module : MODULES) {
                final Path newer = newerThan(built, home.resolve(module).resolve("src/main"));
                if (newer != null) {
                    return JAR + " is older than " + home.relativize(newer) + "; build it first: ./ouli --version";
                }
            }
            return null;
        } catch (final IOException | UncheckedIOException e) {
            return "it cannot be told whether " + JAR + " is up to date: " + e.getMessage();
        }
    }

    private static Path newerThan(final FileTime time, final Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (final Path file : files.filter(Files::isRegularFile).toList()) {
                if (Files.getLastModifiedTime(file).compareTo(time) > 0) {
                    return file;
                }
            }
        }
        return null;
    }

    /** {@return the launcher of the clone that this runs from if its program is built: users start that} */
    private static Path launcher() {
        // The launcher names itself: the suites may be started from any folder.
        final Path script = Path.of(System.getProperty(LAUNCHER_PROPERTY, "ouli")).toAbsolutePath();
        return Files.isExecutable(script) && Files.exists(script.resolveSibling(JAR))
                ? script
                : null;
    }
}
