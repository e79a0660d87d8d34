package io.ouli.proxy;

import io.ouli.engine.EngineConfig;
import io.ouli.engine.Mode;
import io.ouli.engine.match.MatchMode;
import io.ouli.engine.metrics.Counter;
import io.ouli.engine.transport.Transport;
import io.ouli.engine.transport.TransportException;
import io.ouli.engine.transport.TransportHandler;
import io.ouli.engine.transport.TransportOptions;
import io.ouli.proxy.worker.LoopNetwork;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Two workers on one port: one session's order, one of them busy or stuck. */
@Timeout(120)
class SeveralWorkersTest {
    private static final int PAIRS = 20;
    private static final int CLIENTS = 40;

    @TempDir
    private Path directory;

    private static String get(final String path) {
        return "GET /" + path + " HTTP/1.1\r\nHost: h\r\n\r\n";
    }

    private static String reply(final String path) {
        return "HTTP/1.1 200 OK\r\nContent-Length: " + path.length() + "\r\n\r\n" + path;
    }

    private static String path(final String request) {
        return request.substring(5, request.indexOf(' ', 5));
    }

    private ProxyServer replay(final MatchMode match, final int workers) {
        return ProxyServer.start(Proxies.config(Mode.REPLAY, directory, null)
                .engine(EngineConfig.builder(directory).matchMode(match).build()).workers(workers).build());
    }

    /** Of each pair the first waits at the upstream until the second has been answered, on connections of their own. */
    @Test
    void shouldRecordOneSessionInItsOrderOfArrival() throws Exception {
        final Semaphore slowHasCome = new Semaphore(0);
        final Semaphore mayEnd = new Semaphore(0);
        try (RawUpstream upstream = new RawUpstream((request, out, socket) -> {
            final String path = path(request);
            if (path.startsWith("slow")) {
                slowHasCome.release();
                mayEnd.acquire();
            }
            out.write(reply(path).getBytes(StandardCharsets.US_ASCII));
            return true;
        });
                ProxyServer proxy = ProxyServer.start(
                        Proxies.config(Mode.RECORD, directory, upstream.url()).workers(2).build())) {
            for (int i = 0; i < PAIRS; i++) {
                try (RawClient slow = Proxies.client(proxy); RawClient fast = Proxies.client(proxy)) {
                    slow.send(get("slow" + i));
                    slowHasCome.acquire();
                    assertEquals(reply("fast" + i), fast.send(get("fast" + i)).readResponse());
                    mayEnd.release();
                    assertEquals(reply("slow" + i), slow.readResponse());
                }
            }
            final List<Long> forwarded = proxy.counters().stream().map(c -> c.get(Counter.FORWARDED)).toList();
            assertTrue(forwarded.get(0) > 0 && forwarded.get(1) > 0, "both recorded: " + forwarded);
        }
        try (ProxyServer proxy = replay(MatchMode.STRICT, 2)) {
            for (int i = 0; i < PAIRS; i++) {
                for (final String path : List.of("slow" + i, "fast" + i)) {
                    try (RawClient client = Proxies.client(proxy)) {
                        assertEquals(reply(path), client.send(get(path)).readResponse());
                    }
                }
            }
        }
    }

    private void recordOne() throws Exception {
        try (RawUpstream upstream = RawUpstream.answering(reply("a"));
                ProxyServer proxy = Proxies.start(Mode.RECORD, directory, upstream.url());
                RawClient client = Proxies.client(proxy)) {
            assertEquals(reply("a"), client.send(get("a")).readResponse());
        }
    }

    @Test
    void shouldServeTheOthersWhileOneWorkerIsStuck() throws Exception {
        recordOne();
        final CountDownLatch stuck = new CountDownLatch(1);
        final CountDownLatch release = new CountDownLatch(1);
        final List<RawClient> clients = new ArrayList<>();
        try (ProxyServer proxy = replay(MatchMode.KEY, 2);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            proxy.occupy(0, () -> {
                stuck.countDown();
                try {
                    release.await(60, TimeUnit.SECONDS);
                } catch (final InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            assertTrue(stuck.await(30, TimeUnit.SECONDS));
            final List<Callable<String>> calls = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                final RawClient client = Proxies.client(proxy);
                clients.add(client);
                calls.add(() -> client.send(get("a")).readResponse());
            }
            final List<Future<String>> answers = calls.stream().map(threads::submit).toList();
            Eventually.holds("the second worker serves", () -> proxy.counters().get(1).get(Counter.HITS) > 0);
            assertEquals(0, proxy.counters().get(0).get(Counter.HITS));
            release.countDown();
            for (final Future<String> answer : answers) {
                assertEquals(reply("a"), answer.get());
            }
            assertTrue(proxy.counters().get(0).get(Counter.HITS) > 0, "its clients waited for it");
            Eventually.holds("the stall is counted", () -> proxy.counters().get(0).get(Counter.STALLS) > 0);
            for (final RawClient client : clients) {
                client.close();
            }
        }
    }

    /** The first worker listens already when the second fails: nothing of it may be left. */
    @Test
    void shouldLeaveNothingBehindWhenTheSecondWorkerAloneDoesNotStart() throws Exception {
        final int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        final AtomicInteger opened = new AtomicInteger();
        final LoopNetwork second = new LoopNetwork() {
            @Override
            public Transport open(final TransportOptions options, final TransportHandler handler) {
                if (opened.incrementAndGet() == 2) {
                    assertTrue(workers().contains("ouli-worker-0"), "the first one serves");
                    throw new TransportException("no memory for the second worker's ring");
                }
                return LoopNetwork.REAL.open(options, handler);
            }

            @Override
            public long nanoTime() {
                return LoopNetwork.REAL.nanoTime();
            }
        };
        try (RawUpstream upstream = RawUpstream.answering(reply("a"))) {
            final ProxyConfig config = ProxyConfig.builder().directory(directory).workers(2)
                    .endpoint(Proxies.endpoint(Mode.RECORD, upstream.url())
                            .listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)).build()).build();
            final TransportException failure =
                    assertThrows(TransportException.class, () -> ProxyServer.start(config, second));
            assertTrue(failure.getMessage().contains("the second worker's ring"), failure.getMessage());
            assertEquals(2, opened.get());
            Eventually.holds("the workers end", () -> workers().isEmpty());
            try (Stream<Path> left = Files.list(directory)) {
                assertEquals(List.of(), left.filter(file -> file.toString().endsWith(".ouli")).toList());
            }
            // Its port and its folder can be had again at once.
            try (ProxyServer proxy = ProxyServer.start(config); RawClient client = Proxies.client(proxy)) {
                assertEquals(port, Proxies.address(proxy).getPort());
                assertEquals(reply("a"), client.send(get("a")).readResponse());
            }
        }
    }

    private static Set<String> workers() {
        return Thread.getAllStackTraces().keySet().stream().map(Thread::getName)
                .filter(name -> name.startsWith("ouli-worker-")).collect(Collectors.toSet());
    }

    @Test
    void shouldAnswerAQuietClientBesideOneThatNeverPauses() throws Exception {
        recordOne();
        try (ProxyServer proxy = replay(MatchMode.KEY, 2); RawClient loud = Proxies.client(proxy);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            final CountDownLatch done = new CountDownLatch(1);
            final String many = get("a").repeat(64);
            final Future<Long> shouted = threads.submit(() -> {
                long answered = 0;
                do {
                    assertEquals(reply("a").repeat(64), loud.send(many).read(64 * reply("a").length()));
                    answered += 64;
                } while (done.getCount() > 0);
                return answered;
            });
            for (int i = 0; i < CLIENTS; i++) {
                try (RawClient quiet = Proxies.client(proxy)) {
                    assertEquals(reply("a"), quiet.send(get("a")).readResponse());
                }
            }
            done.countDown();
            assertTrue(shouted.get() > 0);
        }
    }
}
