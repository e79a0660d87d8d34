package io.ouli.jmh;

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
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A whole replay without a socket: request bytes in, place of the checked reply out. Parser, redaction, fingerprint,
 * look-up and tracker are in it; each call asks for another request.
 */
public class ReplayBenchmark extends OuliBenchmark {
    private static final byte[] REPLY_HEAD = Samples.ascii(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 0\r\n\r\n");

    @Param({"1000", "100000"})
    private int requests;

    @Param({"0", "1000"})
    private int bodyBytes;

    private Path folder;
    private Engine engine;
    private Session session;
    private Replayer replayer;
    private List<byte[]> messages;
    private int next;

    /** Records every request with an empty reply: the reply's size plays no part before it is sent. */
    @Setup
    public void setup() throws IOException {
        folder = Files.createTempDirectory("ouli-jmh");
        messages = new ArrayList<>();
        for (int i = 0; i < requests; i++) {
            messages.add(request(i));
        }
        try (Engine recording = Engine.open(EngineConfig.builder(folder).mode(Mode.RECORD)
                .durability(Durability.NONE).build())) {
            final Session into = recording.session("default");
            final Recorder recorder = recording.newRecorder(EndpointPolicy.defaults(), () -> { });
            for (final byte[] message : messages) {
                final Exchange exchange = recorder.begin(into, message, 0, message.length);
                exchange.responseHead(REPLY_HEAD, 0, REPLY_HEAD.length);
                exchange.complete();
            }
        }
        Collections.shuffle(messages, new Random(1));
        engine = Engine.open(EngineConfig.builder(folder).build());
        session = engine.session("default");
        replayer = engine.newReplayer(EndpointPolicy.defaults());
    }

    private byte[] request(final int number) {
        if (bodyBytes == 0) {
            return Samples.ascii("GET /v1/items/" + number + "?fields=name,price&page=3 HTTP/1.1\r\n"
                    + "Host: 127.0.0.1:8080\r\nUser-Agent: client/1.0\r\nAccept: application/json\r\n\r\n");
        }
        final String body = new String(Samples.json(bodyBytes, number), StandardCharsets.US_ASCII);
        return Samples.ascii("POST /v1/items/" + number + " HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n"
                + "Accept: application/json\r\nContent-Type: application/json\r\n"
                + "Content-Length: " + body.length() + "\r\n\r\n" + body);
    }

    /** Closes and removes the recording. */
    @TearDown
    public void tearDown() throws IOException {
        engine.close();
        final List<Path> all;
        try (Stream<Path> files = Files.walk(folder)) {
            all = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (final Path path : all) {
            Files.delete(path);
        }
    }

    /** One replay. */
    @Benchmark
    public long replay() {
        next = next + 1 == requests ? 0 : next + 1;
        final byte[] message = messages.get(next);
        if (replayer.replay(session, message, 0, message.length) != ReplayOutcome.HIT) {
            throw new IllegalStateException("not replayed");
        }
        return replayer.responseOffset() + replayer.responseLength();
    }
}
