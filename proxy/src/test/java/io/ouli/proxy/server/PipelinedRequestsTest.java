package io.ouli.proxy.server;

import io.ouli.engine.EndpointPolicy;
import io.ouli.engine.Engine;
import io.ouli.engine.EngineConfig;
import io.ouli.engine.Exchange;
import io.ouli.engine.Mode;
import io.ouli.engine.Recorder;
import io.ouli.engine.Replayer;
import io.ouli.engine.match.Exhausted;
import io.ouli.engine.match.MatchMode;
import io.ouli.engine.metrics.Counter;
import io.ouli.engine.transport.sim.SimFaults;
import io.ouli.engine.transport.sim.SimNetwork;
import io.ouli.engine.transport.sim.SimPeer;
import io.ouli.engine.transport.sim.SimSeeds;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Requests that come together, whose keys are found out before their turn, are answered exactly as the same requests
 * one after the other by a server that never looks ahead; whatever they are, and in whatever pieces they come.
 */
class PipelinedRequestsTest {
    private static final int SEEDS = 400;
    private static final int MOST_REQUESTS = 70;
    private static final int KEYS = 12;
    /** So that no reader grows, which the server's end would take for a leak. */
    private static final int MOST_PIECE_BYTES = 4_000;
    private static final int NEVER = Integer.MAX_VALUE;
    private static final long QUIET_NANOS = 50_000_000;
    private static final String SESSION = "default";

    @TempDir
    private static Path directory;

    private final List<Engine> engines = new ArrayList<>();

    /** Key n is recorded 1 to 4 times, every reply another one. */
    @BeforeAll
    static void record() {
        try (Engine recording = Engine.open(EngineConfig.builder(directory).mode(Mode.RECORD).build())) {
            final Recorder recorder = recording.newRecorder(EndpointPolicy.defaults(), () -> { });
            for (final String session : List.of(SESSION, "other")) {
                for (int occurrence = 0; occurrence < 4; occurrence++) {
                    for (int key = occurrence; key < KEYS; key += 1 + occurrence) {
                        record(recorder, recording, session, get(key, ""), session + ' ' + key + ' ' + occurrence);
                    }
                }
                record(recorder, recording, session, post("some body"), session + " post");
            }
        }
    }

    private static void record(
            final Recorder recorder, final Engine into, final String session, final String request, final String text) {
        final byte[] bytes = ascii(request);
        final Exchange exchange = recorder.begin(into.session(session), bytes, 0, bytes.length);
        final byte[] reply = ascii("HTTP/1.1 200 OK\r\nReply: " + text + "\r\nContent-Length: 0\r\n\r\n");
        exchange.responseHead(reply, 0, reply.length);
        exchange.complete();
    }

    @AfterEach
    void close() {
        engines.forEach(Engine::close);
    }

    private static byte[] ascii(final String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String get(final int key, final String fields) {
        return "GET /" + key + " HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n";
    }

    private static String post(final String body) {
        return "POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    /** Hits mostly, so that looking ahead goes on; and everything that ends it. */
    private static String request(final SplittableRandom random) {
        final int key = random.nextInt(KEYS);
        return switch (random.nextInt(60)) {
            case 0, 1 -> get(KEYS + key, "");
            case 2, 3 -> get(key, "X-Ouli-Reset-Chain: true\r\n");
            case 4, 5 -> get(key, "X-Ouli-Test-Name: other\r\n");
            case 6 -> get(key, "Test-Name: other\r\nX-Ouli-Reset-Chain: true\r\n");
            case 7 -> get(key, "X-Ouli-Test-Name: ../x\r\n");
            case 8, 9 -> post("some body");
            case 10 -> post("another");
            case 11 -> "POST /p HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "4\r\nsome\r\n5\r\n body\r\n0\r\n\r\n";
            case 12 -> get(key, "Expect: 100-continue\r\n");
            case 13 -> get(key, "Content-Length: 0\r\n");
            case 14, 15 -> "HEAD /" + key + " HTTP/1.1\r\nHost: h\r\n\r\n";
            case 16 -> "\r\n" + get(key, "");
            case 17 -> get(key, "User-Agent: " + "x".repeat(random.nextInt(600)) + "\r\n");
            case 18 -> "GET /health HTTP/1.1\r\nHost: h\r\n\r\n";
            case 19 -> random.nextInt(4) == 0 ? get(key, "Connection: close\r\n") : get(key, "");
            case 20 -> random.nextInt(4) == 0 ? "GET /" + key + " HTTP/1.0\r\n\r\n"
                    : "GET /" + key + " HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
            case 21 -> random.nextInt(4) == 0 ? "rubbish\r\n\r\n" : get(key, "");
            case 22 -> random.nextInt(4) == 0 ? get(key, "Bad Field: x\r\n") : get(key, "");
            default -> random.nextBoolean() ? get(key, "") : get(key, "Trace: " + random.nextInt() + "\r\n");
        };
    }

    private SimulatedServer server(
            final SimNetwork network, final int lookAheadSlots, final MatchMode mode, final Exhausted exhausted) {
        final Engine engine = Engine.open(
                EngineConfig.builder(directory).mode(Mode.REPLAY).matchMode(mode).exhausted(exhausted).build());
        engines.add(engine);
        final Replayer replayer = engine.newReplayer(EndpointPolicy.defaults());
        return new SimulatedServer(network, engine, lookAheadSlots, loop -> new Route(
                new Endpoint("pipelined", Mode.REPLAY, "", SESSION, false, "/health", EndpointPolicy.defaults()),
                replayer, null, null, new ResponseRewriter(List.of())));
    }

    /** Sends pieces, each when all is quiet behind the one before; returns what came until the connection ended. */
    private static String ask(final SimNetwork network, final SimulatedServer server, final List<String> pieces) {
        final SimPeer peer = network.connect(server.address());
        final ByteArrayOutputStream got = new ByteArrayOutputStream();
        for (final String piece : pieces) {
            final byte[] bytes = ascii(piece);
            int sent = 0;
            while (sent < bytes.length) {
                final int taken = peer.write(bytes, sent, bytes.length - sent);
                if (taken < 0) {
                    break;
                }
                sent += taken;
                if (!settle(network, server, peer, got)) {
                    break;
                }
            }
        }
        peer.shutdownOutput();
        while (settle(network, server, peer, got)) {
            // Until the server has seen that nothing more comes.
        }
        peer.close();
        return got.toString(StandardCharsets.ISO_8859_1);
    }

    /** @return whether the connection is still there. */
    private static boolean settle(
            final SimNetwork network,
            final SimulatedServer server,
            final SimPeer peer,
            final ByteArrayOutputStream got) {
        final byte[] buffer = new byte[64 << 10];
        long quietFrom = network.nanoTime();
        while (network.nanoTime() - quietFrom < QUIET_NANOS) {
            server.turn();
            final int length = peer.read(buffer, 0, buffer.length);
            if (length < 0) {
                return false;
            }
            if (length > 0) {
                got.write(buffer, 0, length);
                quietFrom = network.nanoTime();
            }
        }
        return true;
    }

    /** Returns a stream's requests in pieces that have nothing to do with where they begin. */
    private static List<String> cut(final String all, final boolean torn, final SplittableRandom random) {
        final List<String> pieces = new ArrayList<>();
        int from = 0;
        while (from < all.length()) {
            final int most = torn && random.nextBoolean() ? 40 : MOST_PIECE_BYTES;
            final int to = Math.min(all.length(), from + (torn ? 1 + random.nextInt(most) : most));
            pieces.add(all.substring(from, to));
            from = to;
        }
        return pieces;
    }

    private static Map<Counter, Long> counts(final SimulatedServer server) {
        final Map<Counter, Long> counts = new EnumMap<>(Counter.class);
        for (final Counter counter : List.of(Counter.REQUESTS, Counter.HITS, Counter.MISSES_NO_KEY,
                Counter.MISSES_EXHAUSTED, Counter.MISSES_OUT_OF_ORDER, Counter.MISSES_NO_RECORDING,
                Counter.BAD_REQUESTS, Counter.DAMAGED)) {
            counts.put(counter, server.count(counter));
        }
        return counts;
    }

    @ParameterizedTest
    @CsvSource({"KEY, REPEAT", "KEY, MISS", "STRICT, REPEAT", "STRICT, MISS"})
    void shouldAnswerWhatComesTogetherAsWhatComesOneByOne(final MatchMode mode, final Exhausted exhausted) {
        final SimFaults calm = SimFaults.NONE.withWindowBytes(1 << 20);
        final SimNetwork pipelined = new SimNetwork(1, calm);
        final SimNetwork single = new SimNetwork(2, calm);
        final SimulatedServer ahead = server(pipelined, 0, mode, exhausted);
        final SimulatedServer after = server(single, NEVER, mode, exhausted);
        SimSeeds.run(SEEDS, seed -> {
            final SplittableRandom random = new SplittableRandom(seed);
            final List<String> requests = new ArrayList<>();
            // Where the last conversation has stopped differs when one seed is run alone.
            requests.add(get(0, "X-Ouli-Reset-Chain: true\r\n"));
            requests.add(get(0, "X-Ouli-Test-Name: other\r\nX-Ouli-Reset-Chain: true\r\n"));
            final int count = 1 + random.nextInt(MOST_REQUESTS);
            for (int i = 0; i < count; i++) {
                requests.add(request(random));
            }
            final String expected = ask(single, after, requests);
            final List<String> pieces = cut(String.join("", requests), random.nextInt(3) == 0, random);
            assertEquals(expected, ask(pipelined, ahead, pieces));
            assertEquals(counts(after), counts(ahead));
        });
        assertTrue(Long.getLong(SimSeeds.SEED_PROPERTY) != null || ahead.count(Counter.HITS) > SEEDS, "few hits");
        ahead.close();
        after.close();
    }

    private int usedOf(final int lookAheadSlots, final String requests) {
        final SimNetwork network = new SimNetwork(1, SimFaults.NONE.withWindowBytes(1 << 20));
        final SimulatedServer server = server(network, lookAheadSlots, MatchMode.KEY, Exhausted.REPEAT);
        ask(network, server, List.of(requests));
        final int used = server.lookAhead().usedInWindow();
        server.close();
        return used;
    }

    private static String distinct(final int count) {
        final StringBuilder requests = new StringBuilder();
        for (int i = 0; i < count; i++) {
            requests.append(get(i % KEYS, "Trace: " + i + "\r\n"));
        }
        return requests.toString();
    }

    @Test
    void shouldLookAtWhatComesBehindTheFirst() {
        assertEquals(0, usedOf(0, distinct(1)));
        assertEquals(15, usedOf(0, distinct(16)));
        assertEquals(7, usedOf(0, distinct(8) + post("some body") + post("some body")));
        assertEquals(0, usedOf(NEVER, distinct(16)));
    }

    @Test
    void shouldRestWhereItLooksInVain() {
        final StringBuilder misses = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            misses.append(get(KEYS + 1, "Trace: " + i + "\r\n"));
        }
        final SimNetwork network = new SimNetwork(1, SimFaults.NONE.withWindowBytes(1 << 20));
        final SimulatedServer server = server(network, 0, MatchMode.KEY, Exhausted.REPEAT);
        // Each miss forgets what was found behind it: some 190 looks for 20 requests.
        for (int i = 0; i <= LookAhead.WINDOW / 190 + 1; i++) {
            ask(network, server, List.of(misses.toString()));
        }
        ask(network, server, List.of(distinct(16)));
        assertEquals(0, server.lookAhead().usedInWindow());
        server.close();
    }
}
