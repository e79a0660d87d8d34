package io.ouli.perf.storage;

import io.ouli.engine.EndpointPolicy;
import io.ouli.engine.Engine;
import io.ouli.engine.EngineConfig;
import io.ouli.engine.Exchange;
import io.ouli.engine.Mode;
import io.ouli.engine.Recorder;
import io.ouli.engine.recording.Durability;
import io.ouli.perf.load.LoadStats;
import io.ouli.perf.result.Subject;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** A folder of very many sessions, each of which is asked for once; and what is left open when nobody asks any more. */
public final class ManySessions {
    /** Different recordings; the others are copies of them, for to record and sync each takes minutes. */
    private static final int KINDS = 97;
    private static final byte[] HEAD =
            "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int SAMPLES = 10;

    private final Path folder;
    private final int sessions;

    /** Makes the sessions in a folder, which is empty. */
    public ManySessions(final Path folder, final int sessions) throws IOException {
        this.folder = folder;
        this.sessions = sessions;
        final EngineConfig config =
                EngineConfig.builder(folder).mode(Mode.RECORD).durability(Durability.NONE).build();
        final byte[] request = request("any");
        try (Engine engine = Engine.open(config); Arena arena = Arena.ofConfined()) {
            final Recorder recorder = engine.newRecorder(EndpointPolicy.defaults(), () -> { });
            for (int i = 0; i < Math.min(KINDS, sessions); i++) {
                final Exchange exchange = recorder.begin(engine.session(name(i)), request, 0, request.length);
                exchange.responseHead(HEAD, 0, HEAD.length);
                final MemorySegment body = arena.allocateFrom(String.format("%06d", i));
                exchange.responseBody(body, 0, 6, false);
                exchange.complete();
            }
        }
        for (int i = KINDS; i < sessions; i++) {
            Files.copy(file(i % KINDS), file(i));
        }
    }

    private static String name(final int number) {
        return String.format("test-%06d", number);
    }

    private Path file(final int number) {
        return folder.resolve(name(number) + ".ouli");
    }

    private static byte[] request(final String session) {
        return ("GET /item HTTP/1.1\r\nHost: upstream.example\r\nX-Ouli-Test-Name: " + session + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] reply(final int number) {
        return (new String(HEAD, StandardCharsets.US_ASCII) + String.format("%06d", number % KINDS))
                .getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Asks for each session once, and then waits.
     *
     * @param idle how long to wait at the end without a request, to see what is still open then; zero for not at all.
     */
    public Subject replay(final String transport, final String heap, final Duration idle, final PrintWriter out)
            throws IOException, InterruptedException {
        final List<Map<String, Double>> samples = new ArrayList<>();
        final Histogram all = LoadStats.histogram();
        try (ReplayProcess process = ReplayProcess.start(folder, transport, "-Xmx" + heap)) {
            samples.add(sample(process, 0, LoadStats.histogram(), out));
            try (PlainClient client = new PlainClient(process.address())) {
                for (int sample = 1; sample <= SAMPLES; sample++) {
                    final Histogram latency = LoadStats.histogram();
                    final int end = (int) ((long) sessions * sample / SAMPLES);
                    for (int i = (int) ((long) sessions * (sample - 1) / SAMPLES); i < end; i++) {
                        latency.recordValue(client.ask(request(name(i)), reply(i)));
                    }
                    all.add(latency);
                    samples.add(sample(process, end, latency, out));
                }
            }
            if (idle.isPositive()) {
                out.println("  nothing is asked for " + idle.toSeconds() + " s");
                out.flush();
                TimeUnit.MILLISECONDS.sleep(idle.toMillis());
                samples.add(sample(process, sessions, LoadStats.histogram(), out));
            }
        }
        return new Subject(sessions + " sessions, " + transport, "each asked for once over one connection, -Xmx" + heap
                + ", a sample after each tenth" + (idle.isPositive() ? ", the last " + idle.toSeconds()
                + " s after the last request" : ""), samples, all);
    }

    private static Map<String, Double> sample(
            final ReplayProcess process, final int asked, final Histogram latency, final PrintWriter out)
            throws IOException, InterruptedException {
        final Map<String, Double> figure = new LinkedHashMap<>();
        figure.put("sessions", (double) asked);
        figure.put("startMillis", process.startMillis());
        if (latency.getTotalCount() > 0) {
            figure.put("p50Micros", latency.getValueAtPercentile(50) / 1e3);
            figure.put("p99Micros", latency.getValueAtPercentile(99) / 1e3);
        }
        figure.put("openRecordings", process.counter("recordings_open"));
        figure.putAll(process.memory());
        out.println("  " + figure);
        out.flush();
        return figure;
    }
}
