package io.ouli.proxy;

import com.sun.management.ThreadMXBean;
import io.ouli.engine.EndpointPolicy;
import io.ouli.engine.Engine;
import io.ouli.engine.EngineConfig;
import io.ouli.engine.Exchange;
import io.ouli.engine.Mode;
import io.ouli.engine.Recorder;
import io.ouli.engine.recording.Durability;
import io.ouli.engine.transport.TransportChoice;
import io.ouli.engine.transport.TransportOptions;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Pipelined requests for a recording so large that they are looked at before their turn, over sockets. */
@Timeout(120)
class PipelinedReplayTest {
    private static final int INTERACTIONS = 1 << 14;
    private static final int BATCH = 16;

    @TempDir
    private static Path directory;

    @BeforeAll
    static void record() {
        try (Engine engine = Engine.open(
                EngineConfig.builder(directory).mode(Mode.RECORD).durability(Durability.NONE).build())) {
            final Recorder recorder = engine.newRecorder(EndpointPolicy.defaults(), () -> { });
            for (int i = 0; i < INTERACTIONS; i++) {
                final byte[] request = get(i).getBytes(StandardCharsets.US_ASCII);
                final Exchange exchange = recorder.begin(engine.session("default"), request, 0, request.length);
                final byte[] reply = reply(i).getBytes(StandardCharsets.US_ASCII);
                exchange.responseHead(reply, 0, reply.length);
                exchange.complete();
            }
        }
    }

    private static String get(final int number) {
        return String.format("GET /items/%05d HTTP/1.1\r\nHost: h\r\n\r\n", number);
    }

    private static String reply(final int number) {
        return String.format("HTTP/1.1 200 OK\r\nNumber: %05d\r\nContent-Length: 0\r\n\r\n", number);
    }

    private static String all(final int first, final IntFunction<String> text) {
        final StringBuilder all = new StringBuilder();
        for (int i = 0; i < BATCH; i++) {
            all.append(text.apply((first + i * 1_021) % INTERACTIONS));
        }
        return all.toString();
    }

    private static ProxyServer start(final ProxyConfig.Builder config, final TransportChoice transport) {
        return ProxyServer.start(config.transport(TransportOptions.DEFAULT.withChoice(transport)).build());
    }

    @ParameterizedTest
    @EnumSource(value = TransportChoice.class, names = {"AUTO", "NIO"})
    void shouldAnswerEachInOrderAndAllocateNothing(final TransportChoice transport) throws Exception {
        try (ProxyServer proxy = start(Proxies.config(Mode.REPLAY, directory, null), transport);
                RawClient client = Proxies.client(proxy)) {
            final long worker = Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().equals("ouli-worker-0")).findFirst().orElseThrow().threadId();
            final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            final int rounds = INTERACTIONS / BATCH;
            // What the JDK allocates until it has compiled, and what the memo of requests does until it rests.
            final long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            long least = Long.MAX_VALUE;
            while (least >= rounds && System.nanoTime() < deadline) {
                final long before = threads.getThreadAllocatedBytes(worker);
                for (int i = 0; i < rounds; i++) {
                    final String expected = all(i, PipelinedReplayTest::reply);
                    assertEquals(expected, client.send(all(i, PipelinedReplayTest::get)).read(expected.length()));
                }
                least = Math.min(least, threads.getThreadAllocatedBytes(worker) - before);
            }
            assertTrue(least < rounds, least + " bytes for " + rounds * BATCH + " requests");
        }
    }

    @ParameterizedTest
    @EnumSource(value = TransportChoice.class, names = {"AUTO", "NIO"})
    void shouldGoUpstreamInTheMiddleOfThem(final TransportChoice transport) throws Exception {
        final String fresh = "HTTP/1.1 200 OK\r\nNumber: fresh\r\nContent-Length: 0\r\n\r\n";
        try (RawUpstream upstream = RawUpstream.answering(fresh);
                ProxyServer proxy = start(Proxies.config(Mode.PASSTHROUGH, directory, upstream.url()), transport);
                RawClient client = Proxies.client(proxy)) {
            final String miss = "GET /elsewhere HTTP/1.1\r\nHost: h\r\n\r\n";
            final String requests = all(1, PipelinedReplayTest::get) + miss + all(2, PipelinedReplayTest::get)
                    + miss + miss + all(3, PipelinedReplayTest::get);
            final String expected = all(1, PipelinedReplayTest::reply) + fresh + all(2, PipelinedReplayTest::reply)
                    + fresh + fresh + all(3, PipelinedReplayTest::reply);
            for (int i = 0; i < 20; i++) {
                assertEquals(expected, client.send(requests).read(expected.length()));
            }
        }
    }
}
