package io.ouli.perf.server;

import io.ouli.perf.corpus.Corpus;
import io.ouli.perf.corpus.CorpusRecorder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Ouli's own proxy, replaying, in a JVM of its own. */
public final class OuliServer implements ServerKind {
    private static final String MAIN = "io.ouli.proxy.cli.Main";
    /** The launcher's flags, for a start without it. */
    private static final List<String> FLAGS = List.of("-XX:+UseSerialGC", "-Xms16m", "-Xmx512m",
            "-XX:+UseCompactObjectHeaders", "-XX:-UsePerfData", "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=deny");

    private final String name;
    private final String transport;
    private final int workers;

    /**
     * Describes one way of starting it.
     *
     * @param name      in tables.
     * @param transport {@code io_uring} or {@code nio}.
     * @param workers   threads that serve.
     */
    public OuliServer(final String name, final String transport, final int workers) {
        this.name = name;
        this.transport = transport;
        this.workers = workers;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String missing() {
        return null;
    }

    @Override
    public String description() {
        return "replay, " + transport + ", " + workers + (workers == 1 ? " worker" : " workers")
                + (launcher() == null ? ", started as a class" : ", started by ./ouli");
    }

    @Override
    public List<String> prepare(final Corpus corpus, final Path folder, final int port) {
        final Path recordings = data(folder);
        CorpusRecorder.record(corpus, recordings, "default");
        final List<String> command = new ArrayList<>(program());
        command.addAll(List.of("replay", "--dir", recordings.toString(), "--listen", Integer.toString(port),
                "--transport", transport, "--workers", Integer.toString(workers)));
        return command;
    }

    @Override
    public Path data(final Path folder) {
        return folder.resolve("recordings");
    }

    /** Returns the command that starts the program, without its arguments. */
    static List<String> program() {
        if (launcher() != null) {
            return List.of(launcher().toString());
        }
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(FLAGS);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN));
        return command;
    }

    /** Returns {@code ./ouli} when this runs in a clone whose program is built: measured is what users start. */
    private static Path launcher() {
        final Path script = Path.of("ouli").toAbsolutePath();
        return Files.isExecutable(script) && Files.exists(script.resolveSibling("proxy/target/ouli.jar"))
                ? script
                : null;
    }
}
