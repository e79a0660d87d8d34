package io.ouli.proxy;

import io.ouli.engine.Mode;
import io.ouli.engine.OuliException;
import io.ouli.engine.metrics.Counter;
import io.ouli.engine.transport.TransportOptions;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

@Timeout(120)
class LifecycleTest {
    private static final String RESPONSE = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final String GET = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";

    @TempDir
    private Path directory;

    private static EndpointConfig replay(final String name) {
        return EndpointConfig.builder().name(name).build();
    }

    @Test
    void shouldListenOnEveryEndpoint() {
        try (ProxyServer proxy = ProxyServer.start(ProxyConfig.builder().directory(directory)
                .endpoint(replay("a")).endpoint(replay("b")).build())) {
            assertEquals(2, proxy.addresses().stream().distinct().count());
            assertTrue(proxy.addresses().stream().allMatch(address -> address.getPort() > 0
                    && address.getAddress().isLoopbackAddress()));
            assertTrue(!proxy.transportDescription().isBlank());
        }
    }

    @Test
    void shouldSayThatAPortIsInUseAndLeaveNothingBehind() throws Exception {
        try (ProxyServer first = ProxyServer.start(ProxyConfig.builder().directory(directory)
                .endpoint(replay("a")).build())) {
            for (final int workers : new int[] {1, 2}) {
                final Path other = directory.resolve("other");
                final OuliException refused = assertThrows(OuliException.class, () -> ProxyServer.start(
                        ProxyConfig.builder().directory(other).workers(workers).endpoint(EndpointConfig.builder()
                                .mode(Mode.RECORD).target(URI.create("http://127.0.0.1:1"))
                                .listen(first.addresses().getFirst()).build()).build()));
                assertTrue(refused.getMessage().contains(":" + first.addresses().getFirst().getPort()),
                        refused.getMessage());
                assertTrue(Files.notExists(other) || Files.list(other).findAny().isEmpty());
            }
        }
    }

    @Test
    void shouldRefuseToRecordOverAnExistingRecording() throws Exception {
        try (RawUpstream upstream = RawUpstream.answering(RESPONSE)) {
            try (ProxyServer proxy = Proxies.start(Mode.RECORD, directory, upstream.url());
                    RawClient client = Proxies.client(proxy)) {
                client.send(GET).readResponse();
            }
            assertThrows(OuliException.class, () -> Proxies.start(Mode.RECORD, directory, upstream.url()));
        }
        try (ProxyServer proxy = Proxies.start(Mode.REPLAY, directory, null);
                RawClient client = Proxies.client(proxy)) {
            assertEquals(RESPONSE, client.send(GET).readResponse());
        }
    }

    @Test
    void shouldServeOnePortWithSeveralWorkers() throws Exception {
        try (RawUpstream upstream = RawUpstream.answering(RESPONSE)) {
            try (ProxyServer proxy = ProxyServer.start(Proxies.config(Mode.RECORD, directory, upstream.url())
                    .workers(2).build())) {
                askOnManyConnections(proxy);
            }
        }
        try (ProxyServer proxy = ProxyServer.start(Proxies.config(Mode.REPLAY, directory, null).workers(2).build())) {
            askOnManyConnections(proxy);
            final List<Long> requests = proxy.counters().stream().map(c -> c.get(Counter.HITS)).toList();
            assertEquals(40, requests.get(0) + requests.get(1));
            assertTrue(requests.get(0) > 0 && requests.get(1) > 0, "both workers served: " + requests);
        }
    }

    private static void askOnManyConnections(final ProxyServer proxy) throws Exception {
        final List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            clients.add(Proxies.client(proxy).send(GET));
        }
        for (final RawClient client : clients) {
            assertEquals(RESPONSE, client.readResponse());
            client.close();
        }
    }

    @Test
    void shouldRefuseOneConnectionTooManyAndRecover() throws Exception {
        try (ProxyServer proxy = ProxyServer.start(ProxyConfig.builder().directory(directory).endpoint(replay("a"))
                .transport(TransportOptions.DEFAULT.withMaxConnections(2)).build())) {
            final RawClient first = Proxies.client(proxy);
            first.send(GET).readResponse();
            final RawClient second = Proxies.client(proxy);
            second.send(GET).readResponse();
            // It stays, as one does whose client is in no hurry to close: that is nobody's place.
            final RawClient third = Proxies.client(proxy);
            assertTrue(third.readAll().startsWith("HTTP/1.1 503 Service Unavailable\r\n"));
            assertTrue(first.send(GET).readResponse().startsWith("HTTP/1.1 404 "), "the others are unharmed");
            first.close();
            second.close();
            Eventually.holds("all three connections are gone",
                    () -> proxy.counters().getFirst().get(Counter.CONNECTIONS_CLOSED) == 3);
            try (RawClient later = Proxies.client(proxy)) {
                assertTrue(later.send(GET).readResponse().startsWith("HTTP/1.1 404 "));
            }
            third.close();
            assertEquals(1, proxy.counters().getFirst().get(Counter.CONNECTIONS_REFUSED));
        }
    }

    @Test
    void shouldLetExchangesUnderWayEndBeforeItCloses() throws Exception {
        final CountDownLatch asked = new CountDownLatch(1);
        final CountDownLatch closing = new CountDownLatch(1);
        try (RawUpstream upstream = new RawUpstream((request, out, socket) -> {
            asked.countDown();
            assertTrue(closing.await(60, TimeUnit.SECONDS));
            Thread.sleep(300);
            out.write(RESPONSE.getBytes(StandardCharsets.US_ASCII));
            return true;
        })) {
            final ProxyServer proxy = ProxyServer.start(Proxies.config(Mode.RECORD, directory, upstream.url())
                    .timeouts(ProxyTimeouts.DEFAULT.withDrain(Duration.ofSeconds(60))).build());
            try (RawClient idle = Proxies.client(proxy); RawClient client = Proxies.client(proxy).send(GET)) {
                assertTrue(asked.await(60, TimeUnit.SECONDS));
                final Thread closer = Thread.startVirtualThread(proxy::close);
                assertEquals("", idle.readAll());
                closing.countDown();
                assertEquals(RESPONSE, client.readAll());
                closer.join();
            }
        }
        try (ProxyServer proxy = Proxies.start(Mode.REPLAY, directory, null);
                RawClient client = Proxies.client(proxy)) {
            assertEquals(RESPONSE, client.send(GET).readResponse());
        }
    }

    @Test
    void shouldCutOffWhatDoesNotEndInTime() throws Exception {
        final CountDownLatch asked = new CountDownLatch(1);
        try (RawUpstream upstream = new RawUpstream((request, out, socket) -> {
            asked.countDown();
            Thread.sleep(60_000);
            return true;
        })) {
            final ProxyServer proxy = ProxyServer.start(Proxies.config(Mode.RECORD, directory, upstream.url())
                    .timeouts(ProxyTimeouts.DEFAULT.withDrain(Duration.ofMillis(200))).build());
            try (RawClient client = Proxies.client(proxy).send(GET)) {
                assertTrue(asked.await(60, TimeUnit.SECONDS));
                proxy.close();
                assertEquals("", client.readUntilGone());
                proxy.close();
            }
        }
    }
}
