package io.ouli.perf.scenario;

import com.sun.management.ThreadMXBean;
import io.ouli.engine.Engine;
import io.ouli.engine.EngineConfig;
import io.ouli.engine.EndpointPolicy;
import io.ouli.engine.Exchange;
import io.ouli.engine.Mode;
import io.ouli.engine.Recorder;
import io.ouli.engine.ReplayOutcome;
import io.ouli.engine.Replayer;
import io.ouli.engine.Session;
import io.ouli.engine.recording.Durability;
import io.ouli.perf.load.LoadException;
import io.ouli.perf.load.LoadStats;
import io.ouli.perf.result.Subject;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.HdrHistogram.Histogram;

/**
 * Replays a million different GETs in random order, by one thread of this process: from request bytes to the place of
 * the checked reply. Index and data are larger than any cache; a request's bytes are in it, as those from a socket are.
 */
public final class MillionScenario implements AutoCloseable {
    /** How many different requests there are. */
    public static final int REQUESTS = 1_000_000;
    private static final int DIGITS = 7;
    private static final String SESSION = "default";
    private static final String BEFORE = "GET /v1/items/";
    private static final String AFTER = "?fields=name,price&page=3 HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n"
            + "User-Agent: client/1.0\r\nAccept: application/json\r\n\r\n";

    private final Path folder;
    private final byte[] request = ascii(BEFORE + "0".repeat(DIGITS) + AFTER);
    private final int[] order = new int[REQUESTS];
    private int next;

    /** Records. */
    public MillionScenario() throws IOException {
        folder = Files.createTempDirectory("ouli-bench-million");
        try (Engine engine = Engine.open(EngineConfig.builder(folder).mode(Mode.RECORD)
                .durability(Durability.NONE).build())) {
            final Session session = engine.session(SESSION);
            final Recorder recorder = engine.newRecorder(EndpointPolicy.defaults(), () -> { });
            for (int i = 0; i < REQUESTS; i++) {
                number(i);
                final byte[] body = body(i);
                final byte[] head = ascii("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
                        + body.length + "\r\n\r\n");
                final Exchange exchange = recorder.begin(session, request, 0, request.length);
                exchange.responseHead(head, 0, head.length);
                exchange.responseBody(MemorySegment.ofArray(body), 0, body.length, false);
                exchange.complete();
            }
        }
        final SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < REQUESTS; i++) {
            final int other = random.nextInt(i + 1);
            order[i] = order[other];
            order[other] = i;
        }
    }

    private static byte[] ascii(final String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] body(final int number) {
        return ascii("{\"id\":" + number + ",\"name\":\"item " + number + "\",\"price\":1.50}");
    }

    /** Writes a number into the request. */
    private void number(final int number) {
        int rest = number;
        for (int i = BEFORE.length() + DIGITS - 1; i >= BEFORE.length(); i--) {
            request[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }

    /** Measures rounds of a million replays timed together, and of another million each of which is timed. */
    public Subject run(final int rounds) {
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final List<Map<String, Double>> figures = new ArrayList<>();
        final Histogram all = LoadStats.histogram();
        try (Engine engine = Engine.open(EngineConfig.builder(folder).build())) {
            final Session session = engine.session(SESSION);
            final Replayer replayer = engine.newReplayer(EndpointPolicy.defaults());
            for (int i = 0; i < REQUESTS; i++) {
                final int number = replay(replayer, session);
                verify(replayer, number);
            }
            together(replayer, session);
            for (int round = 0; round < rounds; round++) {
                final long allocated = threads.getCurrentThreadAllocatedBytes();
                final long nanos = together(replayer, session);
                final long bytes = threads.getCurrentThreadAllocatedBytes() - allocated;
                final Histogram histogram = each(replayer, session);
                final Map<String, Double> figure = new LinkedHashMap<>();
                figure.put("achievedPerSecond", REQUESTS * 1e9 / nanos);
                figure.put("p50Micros", histogram.getValueAtPercentile(50) / 1e3);
                figure.put("p90Micros", histogram.getValueAtPercentile(90) / 1e3);
                figure.put("p99Micros", histogram.getValueAtPercentile(99) / 1e3);
                figure.put("p999Micros", histogram.getValueAtPercentile(99.9) / 1e3);
                figure.put("maxMicros", histogram.getMaxValue() / 1e3);
                figure.put("allocatedBytes", (double) Math.round((double) bytes / REQUESTS));
                figures.add(figure);
                all.add(histogram);
            }
        }
        return new Subject("in-process million", REQUESTS + " different GETs in random order, one thread; the clock's"
                + " own 20 to 30 ns are in every latency", figures, all);
    }

    private long together(final Replayer replayer, final Session session) {
        final long start = System.nanoTime();
        for (int i = 0; i < REQUESTS; i++) {
            replay(replayer, session);
        }
        return System.nanoTime() - start;
    }

    private Histogram each(final Replayer replayer, final Session session) {
        final Histogram histogram = LoadStats.histogram();
        long before = System.nanoTime();
        for (int i = 0; i < REQUESTS; i++) {
            replay(replayer, session);
            final long now = System.nanoTime();
            histogram.recordValue(now - before);
            before = now;
        }
        return histogram;
    }

    /**
     * Replays the next request.
     *
     * @return its number.
     */
    private int replay(final Replayer replayer, final Session session) {
        final int number = order[next];
        next = next + 1 == REQUESTS ? 0 : next + 1;
        number(number);
        if (replayer.replay(session, request, 0, request.length) != ReplayOutcome.HIT) {
            throw new LoadException("request " + number + " was not replayed");
        }
        return number;
    }

    /** Compares every byte of a body once, before anything is timed. */
    private static void verify(final Replayer replayer, final int number) {
        final byte[] body = body(number);
        final long end = replayer.responseOffset() + replayer.responseLength();
        for (int i = 0; i < body.length; i++) {
            if (replayer.segment().get(ValueLayout.JAVA_BYTE, end - body.length + i) != body[i]) {
                throw new LoadException("the reply to request " + number + " has other bytes than were recorded");
            }
        }
    }

    @Override
    public void close() throws IOException {
        ScratchFolder.delete(folder);
    }
}
