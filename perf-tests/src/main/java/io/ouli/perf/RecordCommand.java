package io.ouli.perf;

import io.ouli.engine.transport.TransportChoice;
import io.ouli.perf.corpus.Corpus;
import io.ouli.perf.load.LoadException;
import io.ouli.perf.result.BenchResult;
import io.ouli.perf.result.Results;
import io.ouli.perf.result.Subject;
import io.ouli.perf.server.NginxServer;
import io.ouli.perf.server.OuliRecorder;
import io.ouli.perf.server.PeerSuite;
import io.ouli.perf.server.Pinning;
import io.ouli.perf.server.RunningServer;
import io.ouli.perf.server.ServerKind;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ouli bench record}: what recording costs, beside what nginx takes to pass the same replies on. */
@Command(name = "record", description = {
    "Measures what recording through the proxy takes beside nginx' proxy_pass.",
    "Same upstream (nginx, on the client's core), same corpus, connections kept on both sides, bytes verified, rounds",
    "interleaved, medians. Everything is redacted,",
    "hashed and committed at interval; at the end every recording must be sealed and hold every reply. The defaults",
    "stay below the 1,048,576 interactions of a recording at up to 60,000 a second."})
final class RecordCommand implements Callable<Integer> {
    private static final String REFERENCE = "nginx proxy_pass";

    @Mixin
    private CorpusOptions corpusOptions;

    @Option(names = "--transport", split = ",", defaultValue = "io_uring,nio", paramLabel = "io_uring|nio",
            description = "of the recorder (${DEFAULT-VALUE})")
    private List<String> transports;

    @Option(names = "--rounds", defaultValue = "5", converter = RoundsConverter.class,
            description = "(${DEFAULT-VALUE})")
    private int rounds;

    @Option(names = {"-c", "--connections"}, defaultValue = "64", description = "(${DEFAULT-VALUE})")
    private int connections;

    @Option(names = {"-r", "--rate"}, defaultValue = "500", description = "of the latency part (${DEFAULT-VALUE}/s)")
    private double rate;

    @Option(names = "--warmup", defaultValue = "8s", converter = DurationConverter.class,
            description = "for each server, once (${DEFAULT-VALUE})")
    private Duration warmup;

    @Option(names = "--ceiling", defaultValue = "1500ms", converter = DurationConverter.class,
            description = "the ceiling part of a round (${DEFAULT-VALUE})")
    private Duration ceiling;

    @Option(names = "--slices", defaultValue = "1",
            description = "that the ceiling part is measured in, servers by turns (${DEFAULT-VALUE})")
    private int slices;

    @Option(names = "--latency", defaultValue = "500ms", converter = DurationConverter.class,
            description = "the latency part of a round (${DEFAULT-VALUE})")
    private Duration latency;

    @Mixin
    private OutputOptions output;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException, IOException {
        final PrintWriter out = spec.commandLine().getOut();
        final PrintWriter err = spec.commandLine().getErr();
        final Instant started = Instant.now();
        final Corpus corpus = corpusOptions.corpus();
        final Pinning choice = Pinning.choose();
        final Pinning pinning = choice.pinClient() ? choice : Pinning.NONE;
        final PeerSuite suite = new PeerSuite(new PeerSuite.Settings(rounds, connections, 1, rate, slices,
                warmup.toNanos(), ceiling.toNanos(), latency.toNanos(),
                REFERENCE, pinning, TransportChoice.AUTO, false), err);
        final List<Subject> subjects;
        try (RunningServer upstream = RunningServer.start(
                new NginxServer("nginx-map", true), corpus, pinning.besideClient())) {
            final List<ServerKind> kinds = new ArrayList<>();
            kinds.add(NginxServer.proxying(REFERENCE, upstream.address()));
            transports.forEach(transport -> kinds.add(new OuliRecorder(transport, upstream.address())));
            subjects = suite.run(kinds, corpus);
        }
        if (subjects.isEmpty()) {
            throw new LoadException("nothing could be started: " + String.join("; ", suite.warnings()));
        }
        final BenchResult result = Results.of("record", settings(corpus, pinning), Results.condense(suite.warnings()),
                subjects, started);
        out.print(PeersCommand.table(result, rate));
        out.flush();
        output.keep(result, err);
        return suite.failures() == 0 ? 0 : Main.EXIT_WRONG;
    }

    private Map<String, String> settings(final Corpus corpus, final Pinning pinning) {
        final Map<String, String> settings = new LinkedHashMap<>();
        settings.put("corpus", corpus.name());
        settings.put("connections", Integer.toString(connections));
        settings.put("rate", Double.toString(rate));
        settings.put("ceiling", DurationConverter.format(ceiling));
        settings.put("slices", Integer.toString(slices));
        settings.put("latency", DurationConverter.format(latency));
        settings.put("reference", REFERENCE);
        settings.put("pinning", pinning.describe() + ", upstream beside the client");
        return settings;
    }
}
