package io.ouli.perf.coldstart;

import io.ouli.perf.corpus.Corpus;
import io.ouli.perf.load.LoadException;
import io.ouli.perf.result.Subject;
import io.ouli.perf.server.NginxServer;
import io.ouli.perf.server.OuliServer;
import io.ouli.perf.server.Pinning;
import io.ouli.perf.server.RunningServer;
import io.ouli.perf.server.ServerKind;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Starts Ouli in several ways, over and over and in turns, and the floor with them. */
public final class ColdStart {
    /** The metric of every subject. */
    public static final String MILLIS = "coldStartMillis";
    /** To the floor, of the same round. */
    public static final String RATIO = "toFloor";
    private static final String FLOOR = "hello";

    private final List<String> warnings = new ArrayList<>();
    private final PrintWriter log;

    /** @param log is told about rounds. */
    public ColdStart(final PrintWriter log) {
        this.log = log;
    }

    /** {@return what was skipped, and why} */
    public List<String> warnings() {
        return warnings;
    }

    /** Runs so many rounds of everything that is there. */
    public List<Subject> run(final Corpus corpus, final int rounds) throws IOException, InterruptedException {
        final Path folder = Files.createTempDirectory("ouli-coldstart-");
        final List<String> flags = OuliServer.launcherFlags();
        try (Floor floor = new Floor(folder, flags); BareServer bare = new BareServer(folder, flags)) {
            final OuliServer ouli = new OuliServer("ouli", "nio", 1);
            if (ouli.missing() != null) {
                throw new LoadException(ouli.missing());
            }
            final List<ServerKind> kinds = new ArrayList<>(List.of(bare, ouli,
                    new OuliServer("ouli-uring", "io_uring", 1),
                    ouli.with("ouli-without-cache", "OULI_AOT=never"),
                    ouli.with("ouli-throughput", "OULI_PROFILE=throughput")));
            final ServerKind nginx = new NginxServer("nginx", false);
            if (nginx.missing() == null) {
                kinds.add(nginx);
            } else {
                warnings.add("nginx was skipped: " + nginx.missing());
            }
            final Map<String, List<Map<String, Double>>> figures = new LinkedHashMap<>();
            for (int round = 0; round < rounds; round++) {
                log.println("round " + (round + 1) + " of " + rounds);
                round(floor, kinds, corpus, figures);
            }
            return subjects(kinds, figures);
        } finally {
            Files.deleteIfExists(folder);
        }
    }

    private static void round(
            final Floor floor,
            final List<ServerKind> kinds,
            final Corpus corpus,
            final Map<String, List<Map<String, Double>>> figures) throws IOException, InterruptedException {
        final double least = floor.millis();
        add(figures, FLOOR, least, least);
        for (final ServerKind kind : kinds) {
            try (RunningServer server = RunningServer.start(kind, corpus, Pinning.NONE)) {
                add(figures, kind.name(), server.coldStartMillis(), least);
            }
        }
    }

    private static void add(
            final Map<String, List<Map<String, Double>>> figures,
            final String name,
            final double millis,
            final double floor) {
        final Map<String, Double> round = new LinkedHashMap<>();
        round.put(MILLIS, millis);
        round.put(RATIO, millis / floor);
        figures.computeIfAbsent(name, absent -> new ArrayList<>()).add(round);
    }

    private static List<Subject> subjects(
            final List<ServerKind> kinds, final Map<String, List<Map<String, Double>>> figures) {
        final List<Subject> subjects = new ArrayList<>();
        subjects.add(new Subject(FLOOR, "exec to exit of a hello-world, same JDK and flags, its own AOT cache",
                figures.get(FLOOR), null));
        kinds.forEach(kind -> subjects.add(new Subject(kind.name(), "exec to the first right reply; "
                + kind.description(), figures.get(kind.name()), null)));
        return subjects;
    }
}
