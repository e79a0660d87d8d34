package io.ouli.perf.scenario;

import com.sun.management.ThreadMXBean;
import io.ouli.engine.Engine;
import io.ouli.engine.EngineConfig;
import io.ouli.engine.EndpointPolicy;
import io.ouli.engine.ReplayOutcome;
import io.ouli.engine.Replayer;
import io.ouli.engine.Session;
import io.ouli.perf.corpus.Corpus;
import io.ouli.perf.corpus.CorpusItem;
import io.ouli.perf.corpus.CorpusRecorder;
import io.ouli.perf.corpus.RenderedRequests;
import io.ouli.perf.load.LoadException;
import io.ouli.perf.load.LoadStats;
import io.ouli.perf.result.Subject;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.HdrHistogram.Histogram;

/**
 * Replays in this process, without a socket: request bytes in, place of the reply out. Parsing, redaction,
 * fingerprint, look-up and the check of the reply are all in it; sending is not.
 */
public final class EngineScenarios implements AutoCloseable {
    /** The source RFC's first performance test replays this often. */
    public static final int LOOKUPS = 10_000;
    /** The source RFC's second one. */
    public static final int ITERATIONS = 100_000;
    /** Of a round of openings. */
    public static final int OPENINGS = 200;
    private static final int WARM_UPS = 200_000;
    private static final int WARM_UP_OPENINGS = 2_000;
    private static final String SESSION = "default";

    private final Path folder;
    private final Corpus corpus;
    private final byte[][] requests;
    private final long[] replyLengths;
    private final int[] order;

    /** Records the corpus into a folder of its own. */
    public EngineScenarios(final Corpus corpus) throws IOException {
        this.corpus = corpus;
        folder = Files.createTempDirectory("ouli-bench-engine");
        CorpusRecorder.record(corpus, folder, SESSION);
        requests = corpus.items().stream().map(item -> RenderedRequests.render(item, "localhost"))
                .toArray(byte[][]::new);
        replyLengths = new long[requests.length];
        order = new int[requests.length];
        final SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < order.length; i++) {
            final int other = random.nextInt(i + 1);
            order[i] = order[other];
            order[other] = i;
        }
    }

    /** Times each of {@link #LOOKUPS} replays, in each round. The clock's own 20 to 30 ns are in every figure. */
    public Subject lookup(final int rounds) {
        return measure("in-process lookup", "each of " + LOOKUPS + " replays timed", rounds, (replayer, session) -> {
            final Histogram histogram = LoadStats.histogram();
            long before = System.nanoTime();
            for (int i = 0; i < LOOKUPS; i++) {
                replay(replayer, session, order[i % order.length]);
                final long now = System.nanoTime();
                histogram.recordValue(now - before);
                before = now;
            }
            return new Round(latencies(histogram), histogram);
        });
    }

    /** Times {@link #ITERATIONS} replays together, in each round, and counts what they allocate. */
    public Subject throughput(final int rounds) {
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        return measure("in-process throughput", ITERATIONS + " replays timed together", rounds,
                (replayer, session) -> {
                    final long allocated = threads.getCurrentThreadAllocatedBytes();
                    final long start = System.nanoTime();
                    for (int i = 0; i < ITERATIONS; i++) {
                        replay(replayer, session, order[i % order.length]);
                    }
                    final long nanos = System.nanoTime() - start;
                    final long bytes = threads.getCurrentThreadAllocatedBytes() - allocated;
                    final Map<String, Double> figures = new LinkedHashMap<>();
                    figures.put("achievedPerSecond", ITERATIONS * 1e9 / nanos);
                    figures.put("timeNanos", (double) nanos / ITERATIONS);
                    // The beans' own few bytes round away; one byte a replay would not.
                    figures.put("allocatedBytes", (double) Math.round((double) bytes / ITERATIONS));
                    return new Round(figures, null);
                });
    }

    /**
     * Times each of {@link #OPENINGS} openings of the engine up to its first reply, in each round, the file in the page
     * cache. Closing is not timed. The first openings of a JVM take dozens of times as long, most of it in the
     * interpreter: cold starts measure that.
     */
    public Subject openToFirstReply(final int rounds) {
        for (int i = 0; i < WARM_UP_OPENINGS; i++) {
            openOnce(i);
        }
        final List<Map<String, Double>> figures = new ArrayList<>();
        final Histogram all = LoadStats.histogram();
        for (int round = 0; round < rounds; round++) {
            final Histogram histogram = LoadStats.histogram();
            for (int i = 0; i < OPENINGS; i++) {
                histogram.recordValue(openOnce(i));
            }
            figures.add(latencies(histogram));
            all.add(histogram);
        }
        return new Subject("warm open to first reply", "each of " + OPENINGS + " openings timed, " + requests.length
                + " interactions, page cache warm, in a JVM that opened them " + WARM_UP_OPENINGS + " times before",
                figures, all);
    }

    /** {@return the nanoseconds from nothing open to the reply} */
    private long openOnce(final int number) {
        final long start = System.nanoTime();
        try (Engine engine = Engine.open(EngineConfig.builder(folder).build())) {
            replay(engine.newReplayer(EndpointPolicy.defaults()), engine.session(SESSION), number % requests.length);
            return System.nanoTime() - start;
        }
    }

    private static Map<String, Double> latencies(final Histogram histogram) {
        final Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("p50Micros", histogram.getValueAtPercentile(50) / 1e3);
        figures.put("p90Micros", histogram.getValueAtPercentile(90) / 1e3);
        figures.put("p99Micros", histogram.getValueAtPercentile(99) / 1e3);
        figures.put("p999Micros", histogram.getValueAtPercentile(99.9) / 1e3);
        figures.put("maxMicros", histogram.getMaxValue() / 1e3);
        return figures;
    }

    /** What a round gives. */
    private record Round(Map<String, Double> figures, Histogram latency) {
    }

    /** One round. */
    private interface Body {
        Round run(Replayer replayer, Session session);
    }

    private Subject measure(final String name, final String description, final int rounds, final Body body) {
        final List<Map<String, Double>> figures = new ArrayList<>();
        final Histogram all = LoadStats.histogram();
        try (Engine engine = Engine.open(EngineConfig.builder(folder).build())) {
            final Session session = engine.session(SESSION);
            final Replayer replayer = engine.newReplayer(EndpointPolicy.defaults());
            verifyAll(replayer, session);
            for (int i = 0; i < WARM_UPS; i++) {
                replay(replayer, session, order[i % order.length]);
            }
            for (int round = 0; round < rounds; round++) {
                final Round result = body.run(replayer, session);
                figures.add(result.figures());
                if (result.latency() != null) {
                    all.add(result.latency());
                }
            }
        }
        return new Subject(name, description + ", " + corpus.name(), figures, all.getTotalCount() > 0 ? all : null);
    }

    /** Replays and looks at what must be looked at lest the work be optimised away. */
    private void replay(final Replayer replayer, final Session session, final int index) {
        final byte[] request = requests[index];
        final ReplayOutcome outcome = replayer.replay(session, request, 0, request.length);
        if (outcome != ReplayOutcome.HIT
                || replyLengths[index] != 0 && replayer.responseLength() != replyLengths[index]) {
            throw new LoadException("request " + index + " was not replayed: " + outcome);
        }
    }

    /** Compares every byte once, before anything is timed. */
    private void verifyAll(final Replayer replayer, final Session session) {
        for (int i = 0; i < requests.length; i++) {
            replay(replayer, session, i);
            final MemorySegment reply = replayer.segment().asSlice(replayer.responseOffset(),
                    replayer.responseLength());
            final CorpusItem item = corpus.items().get(i);
            final byte[] body = item.expected().body();
            final byte[] end = reply.asSlice(reply.byteSize() - body.length).toArray(ValueLayout.JAVA_BYTE);
            if (!Arrays.equals(body, end)) {
                throw new LoadException("the reply to " + item.target() + " has other bytes than were recorded");
            }
            replyLengths[i] = replayer.responseLength();
        }
    }

    @Override
    public void close() throws IOException {
        ScratchFolder.delete(folder);
    }
}
