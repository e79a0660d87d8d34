package io.ouli.proxy;

import com.sun.management.ThreadMXBean;
import io.ouli.engine.Mode;
import io.ouli.engine.transport.TransportChoice;
import io.ouli.engine.transport.TransportOptions;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The promise of the replay path, kept by the worker's thread as the JVM counts it. */
@Timeout(120)
class AllocationTest {
    private static final String RESPONSE = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final String GET = "GET /a?b=c HTTP/1.1\r\nHost: h\r\nAccept: */*\r\nTest-Name: a/b\r\n\r\n";
    private static final String POST = "POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello";
    private static final String PLAIN = "GET /plain HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final int ROUNDS = 2_000;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource(value = TransportChoice.class, names = {"AUTO", "NIO"})
    void shouldAllocateNothingToReplay(final TransportChoice transport) throws Exception {
        try (RawUpstream upstream = RawUpstream.answering(RESPONSE);
                ProxyServer proxy = Proxies.start(Mode.RECORD, directory, upstream.url());
                RawClient client = Proxies.client(proxy)) {
            assertEquals(RESPONSE.repeat(3), client.send(GET + POST + PLAIN).read(3 * RESPONSE.length()));
        }
        // The JDK's checks of a downcall or a segment allocate until they are compiled, so it may take some rounds.
        try (ProxyServer proxy = ProxyServer.start(Proxies.config(Mode.REPLAY, directory, null)
                .transport(TransportOptions.DEFAULT.withChoice(transport)).build());
                RawClient client = Proxies.client(proxy)) {
            final long worker = Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().equals("ouli-worker-0")).findFirst().orElseThrow().threadId();
            final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            final byte[] requests = (GET + POST + PLAIN).getBytes(StandardCharsets.US_ASCII);
            final long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            long least = Long.MAX_VALUE;
            while (least >= ROUNDS && System.nanoTime() < deadline) {
                final long before = threads.getThreadAllocatedBytes(worker);
                for (int i = 0; i < ROUNDS; i++) {
                    client.send(requests).read(3 * RESPONSE.length());
                }
                least = Math.min(least, threads.getThreadAllocatedBytes(worker) - before);
            }
            assertTrue(least < ROUNDS, least + " bytes for " + 3 * ROUNDS + " requests");
        }
    }
}
