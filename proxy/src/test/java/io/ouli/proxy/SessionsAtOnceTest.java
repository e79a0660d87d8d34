package io.ouli.proxy;

import io.ouli.engine.Mode;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** Many sessions at once over two workers, each asking for the same: each sees its own replies in its own order. */
@Timeout(300)
class SessionsAtOnceTest {
    private static final int SESSIONS = 200;
    private static final int POLLS = 5;
    private static final int CLIENTS = 8;

    @TempDir
    private Path directory;

    @Test
    void shouldGiveEachSessionItsOwnSequence() throws Exception {
        final Map<String, AtomicInteger> asked = new ConcurrentHashMap<>();
        try (RawUpstream upstream = new RawUpstream((request, out, socket) -> {
            final String who = request.replaceAll("(?s).*X-Who: ([^\r]*)\r.*", "$1");
            final String body = who + '-' + asked.computeIfAbsent(who, any -> new AtomicInteger()).getAndIncrement();
            out.write(("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                    .getBytes(StandardCharsets.ISO_8859_1));
            return true;
        })) {
            final ProxyConfig record =
                    Proxies.config(Mode.RECORD, directory, upstream.url()).workers(2).build();
            try (ProxyServer proxy = ProxyServer.start(record)) {
                ask(proxy, POLLS);
            }
        }
        assertEquals(SESSIONS, asked.size());
        final ProxyConfig replay = Proxies.config(Mode.REPLAY, directory, null).workers(2).build();
        try (ProxyServer proxy = ProxyServer.start(replay)) {
            // Beyond its end a session repeats its own last reply.
            ask(proxy, POLLS + 2);
        }
    }

    /** Each step of each session over a connection of its own, which the kernel gives to one worker or the other. */
    private static void ask(final ProxyServer proxy, final int times) throws Exception {
        final List<Integer> sessions = new ArrayList<>();
        for (int i = 0; i < SESSIONS; i++) {
            sessions.add(i);
        }
        Collections.shuffle(sessions, new Random(1));
        final InetSocketAddress address = Proxies.address(proxy);
        final ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try {
            final List<Future<?>> running = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                final List<Integer> own = new ArrayList<>();
                for (int i = client; i < SESSIONS; i += CLIENTS) {
                    own.add(sessions.get(i));
                }
                running.add(clients.submit(() -> {
                    for (int time = 0; time < times; time++) {
                        for (final int session : own) {
                            final String expected = "s" + session + '-' + Math.min(time, POLLS - 1);
                            assertEquals(expected, body(address, session));
                        }
                    }
                    return null;
                }));
            }
            for (final Future<?> each : running) {
                each.get();
            }
        } finally {
            clients.shutdownNow();
        }
    }

    private static String body(final InetSocketAddress address, final int session) throws Exception {
        try (RawClient client = new RawClient(address)) {
            final String reply = client.send("GET /poll HTTP/1.1\r\nHost: h\r\nTest-Name: many/s" + session
                    + "\r\nX-Who: s" + session + "\r\n\r\n").readResponse();
            return reply.substring(reply.indexOf("\r\n\r\n") + 4);
        }
    }
}
