package io.ouli.proxy.cli;

import com.sun.net.httpserver.HttpServer;
import io.ouli.engine.recording.Recording;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Kills the real proxy with SIGKILL under load, again and again, on the same recording: while it records with
 * {@code --durability each}, and while it seals. Whatever a client got in full is there afterwards.
 *
 * <p>{@code -Douli.kill.rounds=200} makes a long loop of it, {@code -Douli.kill.seed=N} runs one again.
 */
class KillTest {
    private static final int ROUNDS = Integer.getInteger("ouli.kill.rounds", 3);
    private static final int CLIENTS = 4;
    private static final long SEED = Long.getLong("ouli.kill.seed", System.nanoTime());

    private final Random random = new Random(SEED);
    /** Paths whose replies came whole. */
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final Set<String> wrong = ConcurrentHashMap.newKeySet();
    private HttpServer upstream;

    @TempDir
    private Path folder;

    @BeforeEach
    void startUpstream() throws IOException {
        upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        upstream.setExecutor(task -> Thread.ofVirtual().start(task));
        upstream.createContext("/", exchange -> {
            final byte[] body = body(exchange.getRequestURI().getPath());
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        upstream.start();
    }

    @AfterEach
    void stopUpstream() {
        upstream.stop(0);
    }

    /** Every path has a body of its own, from a few bytes to some of the writer's buffers together. */
    private static byte[] body(final String path) {
        final int repeats = 1 + (path.hashCode() >>> 3) % 700;
        return (path + " ").repeat(repeats).getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void shouldKeepEveryInteractionThatAClientGotWhole() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            try {
                recordUntilKilled(round);
                assertEquals(Set.of(), wrong);
                checkRecording();
            } catch (final Exception | AssertionError e) {
                throw new AssertionError("round " + round + ", -Douli.kill.seed=" + SEED, e);
            }
        }
        try (CliProcess last = record()) {
            final Thread client = startClient(last.port(), "/last");
            awaitAcknowledged(acknowledged.size() + 20);
            last.stop();
            client.join();
        }
        assertEquals(0, CliRun.of("verify", file().toString()).exitCode());
        checkRecording();
        replayAll();
    }

    private Path file() {
        return folder.resolve("r/default.ouli");
    }

    private CliProcess record() throws IOException {
        return CliProcess.start(folder, Map.of(), "record", "--target",
                "http://127.0.0.1:" + upstream.getAddress().getPort(), "--listen", "0",
                "--dir", folder.resolve("r").toString(), "--existing", "append", "--durability", "each");
    }

    /** Every second round the proxy is asked to stop first, so that the kill comes while it seals. */
    private void recordUntilKilled(final int round) throws Exception {
        try (CliProcess proxy = record()) {
            final int port = proxy.port();
            final List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(startClient(port, "/round" + round + "/client" + i));
            }
            awaitAcknowledged(acknowledged.size() + 1 + random.nextInt(200));
            if (round % 2 == 1) {
                proxy.signal("TERM");
                TimeUnit.MICROSECONDS.sleep(random.nextInt(60_000));
            }
            proxy.kill();
            for (final Thread client : clients) {
                client.join();
            }
        }
    }

    private void awaitAcknowledged(final int count) throws InterruptedException {
        final long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (acknowledged.size() < count) {
            assertTrue(System.nanoTime() < deadline, "no replies come");
            TimeUnit.MICROSECONDS.sleep(500);
        }
    }

    private Thread startClient(final int port, final String prefix) {
        return Thread.startVirtualThread(() -> {
            try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
                for (int i = 0;; i++) {
                    final String path = prefix + "/" + i;
                    final byte[] got = get(client, port, path);
                    if (got == null) {
                        return;
                    }
                    (Arrays.equals(body(path), got) ? acknowledged : wrong).add(path);
                }
            }
        });
    }

    private static byte[] get(final HttpClient client, final int port, final String path) {
        try {
            return client.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
                    BodyHandlers.ofByteArray()).body();
        } catch (final IOException e) {
            return null; // The proxy is gone.
        } catch (final InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Reads what the kill left, without mending it. */
    private void checkRecording() {
        final Map<String, byte[]> found = new HashMap<>();
        try (Recording recording = Recording.open(file())) {
            for (int rank = 0; rank < recording.count(); rank++) {
                final long slot = recording.slotAt(rank);
                assertTrue(recording.verify(slot), "interaction " + rank + " is damaged");
                final String request = new String(bytes(recording, recording.requestOffset(slot),
                        recording.requestLength(slot)), StandardCharsets.ISO_8859_1);
                found.put(request.split(" ")[1],
                        bytes(recording, recording.responseOffset(slot), recording.responseLength(slot)));
            }
        }
        for (final String path : acknowledged) {
            final byte[] response = found.get(path);
            assertTrue(response != null, path + " was answered, and is not in the recording");
            final byte[] body = body(path);
            assertEquals(new String(body, StandardCharsets.US_ASCII), new String(response,
                    response.length - body.length, body.length, StandardCharsets.US_ASCII));
        }
    }

    private static byte[] bytes(final Recording recording, final long offset, final int length) {
        return recording.segment().asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
    }

    private void replayAll() throws Exception {
        upstream.stop(0);
        try (CliProcess replay = CliProcess.start(
                folder, Map.of(), "replay", "--listen", "0", "--dir", folder.resolve("r").toString());
                HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            final int port = replay.port();
            for (final String path : acknowledged) {
                assertArrayEquals(body(path), get(client, port, path));
            }
        }
    }
}
