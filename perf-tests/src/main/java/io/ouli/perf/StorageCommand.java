package io.ouli.perf;

import io.ouli.perf.result.Results;
import io.ouli.perf.result.Subject;
import io.ouli.perf.scenario.ScratchFolder;
import io.ouli.perf.storage.LargeRecording;
import io.ouli.perf.storage.ManySessions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ouli bench storage}: what replaying needs as recordings grow in size and in number. */
@Command(name = "storage", description = {
    "Shows what recordings far larger than the heap, and very many of them, take.",
    "large: a recording of 1,000 interactions and one of --interactions (4 GiB), each replayed by a process with",
    "--heap, every byte compared.",
    "sessions: a folder of --sessions recordings, each asked for once; memory and open files after each tenth."})
final class StorageCommand implements Callable<Integer> {
    private static final int FEW = 1_000;

    /** What can be asked for. */
    enum Name { large, sessions }

    @Parameters(arity = "1..*", paramLabel = "NAME", description = "of ${COMPLETION-CANDIDATES}")
    private List<Name> names;

    @Option(names = "--interactions", defaultValue = "1000000", description = "of 4 KiB each (${DEFAULT-VALUE})")
    private int interactions;

    @Option(names = "--requests", defaultValue = "20000", description = "in each round of large (${DEFAULT-VALUE})")
    private int requests;

    @Option(names = "--rounds", defaultValue = "5", converter = RoundsConverter.class,
            description = "of large (${DEFAULT-VALUE})")
    private int rounds;

    @Option(names = "--sessions", defaultValue = "100000", description = "(${DEFAULT-VALUE})")
    private int sessions;

    @Option(names = "--idle", defaultValue = "0s", converter = DurationConverter.class,
            description = "how long to wait after the last session, to see what is still open (${DEFAULT-VALUE})")
    private Duration idle;

    @Option(names = "--heap", defaultValue = "64m", description = "of the proxy (${DEFAULT-VALUE})")
    private String heap;

    @Option(names = "--transports", split = ",", defaultValue = "io_uring,nio", description = "(${DEFAULT-VALUE})")
    private List<String> transports;

    @Option(names = "--dir", description = "where to record, a few GiB; the folder for temporary files")
    private Path dir;

    @Mixin
    private OutputOptions output;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        final Instant started = Instant.now();
        final Set<Name> wanted = EnumSet.copyOf(names);
        final List<Subject> subjects = new ArrayList<>();
        if (wanted.contains(Name.large)) {
            large(Math.min(FEW, interactions), subjects);
            large(interactions, subjects);
        }
        if (wanted.contains(Name.sessions)) {
            sessions(subjects);
        }
        final Map<String, String> settings = new LinkedHashMap<>();
        settings.put("heap", heap);
        settings.put("requests", Integer.toString(requests));
        settings.put("idle", DurationConverter.format(idle));
        output.keep(Results.of("storage", settings, List.of(), subjects, started), spec.commandLine().getErr());
        return 0;
    }

    private void large(final int count, final List<Subject> subjects) throws IOException, InterruptedException {
        final PrintWriter out = spec.commandLine().getOut();
        final Path folder = newFolder();
        try {
            final LargeRecording recording = new LargeRecording(folder, count);
            for (final String transport : transports) {
                out.println(count + " interactions, " + (recording.bytes() >> 20) + " MiB, " + transport);
                subjects.add(recording.replay(transport, heap, rounds, requests, out));
            }
        } finally {
            ScratchFolder.delete(folder);
        }
    }

    private void sessions(final List<Subject> subjects) throws IOException, InterruptedException {
        final PrintWriter out = spec.commandLine().getOut();
        final Path folder = newFolder();
        try {
            final ManySessions all = new ManySessions(folder, sessions);
            for (final String transport : transports) {
                out.println(sessions + " sessions, " + transport);
                subjects.add(all.replay(transport, heap, idle, out));
            }
        } finally {
            ScratchFolder.delete(folder);
        }
    }

    private Path newFolder() throws IOException {
        return dir == null ? Files.createTempDirectory("ouli-bench-storage")
                : Files.createTempDirectory(Files.createDirectories(dir), "ouli-bench-storage");
    }
}
