package io.ouli.perf.pairs;

import io.ouli.perf.corpus.Corpus;
import io.ouli.perf.load.LoadException;
import io.ouli.perf.load.LoadOutcome;
import io.ouli.perf.load.LoadPlan;
import io.ouli.perf.load.LoadRun;
import io.ouli.perf.result.Goal;
import io.ouli.perf.result.Statistics;
import io.ouli.perf.result.Subject;
import io.ouli.perf.server.Pinning;
import io.ouli.perf.server.RunningServer;
import io.ouli.perf.server.ServerKind;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What one thing costs a request: many pairs of servers that differ in that thing alone, each pair asked in short
 * slices by turns, A B B A, so that a machine that grows slower or faster meanwhile does so for both.
 *
 * <p>What two virtual machines of the same program differ in, by how the compiler happened to lay it out, is larger
 * than what is looked for; many pairs take its mean away, many slices of one pair do not. So a pair is one value.
 */
public final class PairedServers {
    /** A round's figure, of a pair: the subject's time to the reference's. */
    public static final String RATIO = "cpuRatio";
    private static final String TIME = "cpuMicrosPerRequest";
    private static final int MOST_EMPTY_SLICES = 100;

    /**
     * How much is measured.
     *
     * @param pairs       of processes.
     * @param turns       of four slices, for each pair.
     * @param sliceNanos  how long one server is asked at a time.
     * @param warmupNanos how long each is asked before, in two parts.
     * @param connections that ask.
     * @param depth       of requests under way on each; 1 is one after the other.
     */
    public record Settings(int pairs, int turns, long sliceNanos, long warmupNanos, int connections, int depth) {
    }

    private final Settings settings;
    private final Pinning pinning;
    private final PrintWriter log;
    private final List<String> warnings = new ArrayList<>();
    private long failures;

    /**
     * Prepares a run.
     *
     * @param log gets one line a pair.
     */
    public PairedServers(final Settings settings, final Pinning pinning, final PrintWriter log) {
        this.settings = settings;
        this.pinning = pinning;
        this.log = log;
    }

    /** Measures; returns the reference, then the subject, a round for each pair. */
    public List<Subject> run(final ServerKind reference, final ServerKind subject, final Corpus corpus)
            throws IOException, InterruptedException {
        final List<Map<String, Double>> ofReference = new ArrayList<>();
        final List<Map<String, Double>> ofSubject = new ArrayList<>();
        for (int pair = 0; pair < settings.pairs(); pair++) {
            final boolean subjectFirst = pair % 2 == 1;
            final ServerKind first = subjectFirst ? subject : reference;
            try (RunningServer a = RunningServer.start(first, corpus, pinning);
                    RunningServer b = RunningServer.start(subjectFirst ? reference : subject, corpus, pinning)) {
                final Asked left = new Asked(a);
                final Asked right = new Asked(b);
                final double ratio = turns(left, right, subjectFirst);
                final Asked theReference = subjectFirst ? right : left;
                final Asked theSubject = subjectFirst ? left : right;
                ofReference.add(theReference.figures(1));
                ofSubject.add(theSubject.figures(ratio));
                log.println(String.format(Locale.ROOT, "pair %d of %d: %.4f (%.3f and %.3f µs a request)", pair + 1,
                        settings.pairs(), ratio, theSubject.micros(), theReference.micros()));
            }
        }
        return List.of(new Subject(reference.name(), reference.description(), ofReference, null),
                new Subject(subject.name(), subject.description(), ofSubject, null));
    }

    /** {@return the mean of the pairs' ratios with what 95 % of such runs would hold, by their logarithms} */
    public static Statistics.Interval interval(final Subject subject) {
        return Statistics.ratioMean(subject.values(RATIO), Goal.CONFIDENCE);
    }

    /** {@return what was wrong on the way} */
    public List<String> warnings() {
        return warnings;
    }

    /** {@return how many requests failed} */
    public long failures() {
        return failures;
    }

    /** {@return the median over the turns of the subject's time a request to the reference's} */
    private double turns(final Asked a, final Asked b, final boolean subjectFirst) throws InterruptedException {
        for (final Asked each : List.of(a, b, a, b)) {
            ask(each, settings.warmupNanos() / 2);
        }
        final double[] ratios = new double[settings.turns()];
        for (int turn = 0; turn < ratios.length; turn++) {
            final Slice outer = ask(a, settings.sliceNanos());
            final Slice inner = ask(b, settings.sliceNanos()).plus(ask(b, settings.sliceNanos()));
            final Slice around = outer.plus(ask(a, settings.sliceNanos()));
            a.all = a.all.plus(around);
            b.all = b.all.plus(inner);
            final double ratio = around.nanosPerRequest() / inner.nanosPerRequest();
            ratios[turn] = subjectFirst ? ratio : 1 / ratio;
        }
        return Statistics.median(ratios);
    }

    /** Asks until something was answered: a busy machine may give a server no time at all in a short slice. */
    private Slice ask(final Asked asked, final long nanos) throws InterruptedException {
        final LoadPlan plan = LoadPlan.of(asked.server.address(), 0, settings.connections(), 0, nanos)
                .withDepth(settings.depth()).withSpin(pinning.ownClientCore() ? LoadPlan.SPIN_ALWAYS : 0);
        Slice slice = new Slice(0, 0);
        for (int i = 0; i < MOST_EMPTY_SLICES && slice.requests == 0; i++) {
            final long before = asked.time.nanos();
            final LoadOutcome outcome = new LoadRun(plan, asked.server.corpus(), null).execute();
            slice = slice.plus(new Slice(asked.time.nanos() - before, outcome.verified() + outcome.unverified()));
            failures += outcome.failures();
            outcome.warnings().stream().filter(warning -> warning.contains("stolen")).forEach(warnings::add);
        }
        if (slice.requests == 0) {
            throw new LoadException(asked.server.kind().name() + " answered nothing in " + MOST_EMPTY_SLICES
                    + " slices: " + asked.server.log());
        }
        return slice;
    }

    private record Slice(long nanos, long requests) {
        private Slice plus(final Slice other) {
            return new Slice(nanos + other.nanos, requests + other.requests);
        }

        private double nanosPerRequest() {
            return (double) nanos / requests;
        }
    }

    /** A server with the time of its workers. */
    private static final class Asked {
        private final RunningServer server;
        private final WorkerTime time;
        private Slice all = new Slice(0, 0);

        private Asked(final RunningServer server) {
            this.server = server;
            time = WorkerTime.of(server.process());
        }

        private double micros() {
            return all.nanosPerRequest() / 1e3;
        }

        private Map<String, Double> figures(final double ratio) {
            final Map<String, Double> figures = new LinkedHashMap<>();
            figures.put(TIME, micros());
            figures.put(RATIO, ratio);
            figures.put("requests", (double) all.requests);
            return figures;
        }
    }
}
