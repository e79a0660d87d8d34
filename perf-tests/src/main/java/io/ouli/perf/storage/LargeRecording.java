package io.ouli.perf.storage;

import io.ouli.engine.EndpointPolicy;
import io.ouli.engine.Engine;
import io.ouli.engine.EngineConfig;
import io.ouli.engine.Exchange;
import io.ouli.engine.Mode;
import io.ouli.engine.Recorder;
import io.ouli.engine.Session;
import io.ouli.engine.recording.Durability;
import io.ouli.perf.load.LoadStats;
import io.ouli.perf.result.Subject;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.HdrHistogram.Histogram;

/** One recording of a given number of interactions, each reply with a body of its own, replayed by a small heap. */
public final class LargeRecording {
    private static final int BODY_BYTES = 4 << 10;
    private static final int NUMBER_BYTES = 16;
    private static final byte[] HEAD = ("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " + BODY_BYTES
            + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);

    private final Path folder;
    private final int interactions;
    private final byte[] letters = new byte[2 * BODY_BYTES];

    /** Records into a folder, which is empty. */
    public LargeRecording(final Path folder, final int interactions) {
        this.folder = folder;
        this.interactions = interactions;
        final SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < letters.length; i++) {
            letters[i] = (byte) ('a' + random.nextInt(26));
        }
        record();
    }

    private void record() {
        final EngineConfig config =
                EngineConfig.builder(folder).mode(Mode.RECORD).durability(Durability.NONE).build();
        try (Engine engine = Engine.open(config); Arena arena = Arena.ofConfined()) {
            final Session session = engine.session("default");
            final Recorder recorder = engine.newRecorder(EndpointPolicy.defaults(), () -> { });
            final MemorySegment body = arena.allocate(BODY_BYTES);
            for (int i = 0; i < interactions; i++) {
                final byte[] request = request(i);
                final Exchange exchange = recorder.begin(session, request, 0, request.length);
                exchange.responseHead(HEAD, 0, HEAD.length);
                MemorySegment.copy(reply(i), HEAD.length, body, ValueLayout.JAVA_BYTE, 0, BODY_BYTES);
                exchange.responseBody(body, 0, BODY_BYTES, false);
                exchange.complete();
            }
        }
    }

    private static byte[] request(final int number) {
        return ("GET /items/" + number + " HTTP/1.1\r\nHost: upstream.example\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** {@return the reply, of which each byte depends on its number or its place} */
    private byte[] reply(final int number) {
        final byte[] reply = new byte[HEAD.length + BODY_BYTES];
        System.arraycopy(HEAD, 0, reply, 0, HEAD.length);
        System.arraycopy(letters, number % BODY_BYTES, reply, HEAD.length, BODY_BYTES);
        final byte[] text = String.format("%0" + NUMBER_BYTES + "x", number).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(text, 0, reply, HEAD.length, NUMBER_BYTES);
        System.arraycopy(text, 0, reply, reply.length - NUMBER_BYTES, NUMBER_BYTES);
        return reply;
    }

    /** {@return the recording's size} */
    public long bytes() throws IOException {
        return Files.size(folder.resolve("default.ouli"));
    }

    /**
     * Replays it in a process with so much heap: its first reply, and then others in random order.
     *
     * @param rounds   processes.
     * @param requests in each.
     */
    public Subject replay(
            final String transport, final String heap, final int rounds, final int requests, final PrintWriter out)
            throws IOException, InterruptedException {
        final List<Map<String, Double>> figures = new ArrayList<>();
        final Histogram all = LoadStats.histogram();
        for (int round = 0; round < rounds; round++) {
            try (ReplayProcess process = ReplayProcess.start(folder, transport, "-Xmx" + heap)) {
                final Map<String, Double> figure = round(process, requests, round, all);
                figures.add(figure);
                out.println("  " + figure);
                out.flush();
            }
        }
        return new Subject(interactions + " interactions, " + transport, (bytes() >> 20) + " MiB, -Xmx" + heap + ", "
                + requests + " requests in random order over one connection, every byte compared", figures, all);
    }

    private Map<String, Double> round(
            final ReplayProcess process, final int requests, final int seed, final Histogram all)
            throws IOException, InterruptedException {
        final Histogram latency = LoadStats.histogram();
        final Map<String, Double> figure = new LinkedHashMap<>();
        try (PlainClient client = new PlainClient(process.address())) {
            figure.put("firstReplyMillis", client.ask(request(interactions / 2), reply(interactions / 2)) / 1e6);
            final SplittableRandom random = new SplittableRandom(seed);
            for (int i = 0; i < requests; i++) {
                final int number = random.nextInt(interactions);
                latency.recordValue(client.ask(request(number), reply(number)));
            }
        }
        all.add(latency);
        figure.put("p50Micros", latency.getValueAtPercentile(50) / 1e3);
        figure.put("p99Micros", latency.getValueAtPercentile(99) / 1e3);
        figure.put("maxMicros", latency.getMaxValue() / 1e3);
        figure.put("collections", process.counter("gc_collections_total"));
        figure.putAll(process.memory());
        return figure;
    }
}
