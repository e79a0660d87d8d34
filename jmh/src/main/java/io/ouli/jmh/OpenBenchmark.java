package io.ouli.jmh;

import io.ouli.engine.EndpointPolicy;
import io.ouli.engine.Engine;
import io.ouli.engine.EngineConfig;
import io.ouli.engine.Exchange;
import io.ouli.engine.Mode;
import io.ouli.engine.Recorder;
import io.ouli.engine.ReplayOutcome;
import io.ouli.engine.Replayer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/** From nothing open to the first checked reply, in a warm JVM, the file in the page cache. */
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class OpenBenchmark extends OuliBenchmark {
    private static final byte[] REQUEST = Samples.ascii("GET /first HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n");
    private static final byte[] REPLY_HEAD = Samples.ascii("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");

    @Param({"1000", "1000000"})
    private int interactions;

    private Path folder;
    private Engine engine;

    /** Records the request that will be asked, and then others. */
    @Setup
    public void setup() throws IOException {
        folder = Files.createTempDirectory("ouli-jmh");
        try (Engine recording = Engine.open(EngineConfig.builder(folder).mode(Mode.RECORD).build())) {
            final Recorder recorder = recording.newRecorder(EndpointPolicy.defaults(), () -> { });
            final Exchange exchange = recorder.begin(recording.session("default"), REQUEST, 0, REQUEST.length);
            exchange.responseHead(REPLY_HEAD, 0, REPLY_HEAD.length);
            exchange.complete();
        }
        final byte[] keys = new byte[32 * (interactions - 1)];
        new SplittableRandom(1).nextBytes(keys);
        SampleRecording.append(folder.resolve("default.ouli"), keys, interactions - 1);
    }

    /** Closes what the last call has opened; not measured. */
    @TearDown(Level.Invocation)
    public void close() {
        engine.close();
    }

    @TearDown
    public void tearDown() throws IOException {
        Files.delete(folder.resolve("default.ouli"));
        Files.delete(folder);
    }

    /** Opens the engine and its session, and looks up one request. */
    @Benchmark
    public int openToFirstReply() {
        engine = Engine.open(EngineConfig.builder(folder).build());
        final Replayer replayer = engine.newReplayer(EndpointPolicy.defaults());
        if (replayer.replay(engine.session("default"), REQUEST, 0, REQUEST.length) != ReplayOutcome.HIT) {
            throw new IllegalStateException("not replayed");
        }
        return (int) replayer.responseLength();
    }
}
