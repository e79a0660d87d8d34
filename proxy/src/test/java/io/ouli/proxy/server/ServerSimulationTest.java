package io.ouli.proxy.server;

import io.ouli.engine.EndpointPolicy;
import io.ouli.engine.Engine;
import io.ouli.engine.EngineConfig;
import io.ouli.engine.Exchange;
import io.ouli.engine.Mode;
import io.ouli.engine.Recorder;
import io.ouli.engine.Replayer;
import io.ouli.engine.metrics.Counter;
import io.ouli.engine.transport.sim.SimFaults;
import io.ouli.engine.transport.sim.SimNetwork;
import io.ouli.engine.transport.sim.SimPeer;
import io.ouli.engine.transport.sim.SimSeeds;
import io.ouli.proxy.server.SimulatedClient.Manner;
import io.ouli.proxy.server.SimulatedClient.Talk;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * The whole server on a simulated network: clients of every manner, torn reads and writes, reordered completions,
 * errors at every operation, pipelined requests looked at before their turn; 10,000 seeds; more with -Douli.sim.seeds,
 * one with -Douli.sim.seed.
 */
class ServerSimulationTest {
    private static final int SEEDS = 10_000;
    private static final int MOST_STEPS = 20_000;
    private static final int[] BODY_LENGTHS = {0, 1, 12, 300, 1_024, 3_000, 9_000, 40_000, 300_000};
    private static final List<String> STEADY_REQUESTS = List.of(
            "GET /never HTTP/1.1\r\nHost: h\r\n\r\n", "HEAD /never HTTP/1.1\r\nHost: h\r\n\r\n",
            "POST /never HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello",
            "POST /never HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "5\r\nhello\r\n3;x=y\r\nabc\r\n0\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: h\r\nTest-Name: ../x\r\n\r\n",
            "GET /6 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
            "HEAD /never HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n",
            "GET / HTTP/1.0\r\nConnection: keep-alive\r\nTest-Name: ../x\r\n\r\n");
    private static final List<String> CLOSING_REQUESTS = List.of(
            "rubbish\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/3.0\r\nHost: h\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            "GET /4 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", "GET /4 HTTP/1.0\r\nHost: h\r\n\r\n");

    @TempDir
    private static Path directory;

    private static Engine engine;
    private static Replayer replayer;
    /** Requests that are answered and leave the connection open; the large replies come last. */
    private static final List<Talk> STEADY = new ArrayList<>();
    /** Requests after which the server closes. */
    private static final List<Talk> CLOSING = new ArrayList<>();
    private static byte[] timeout;
    private static byte[] refusal;

    @BeforeAll
    static void record() {
        final List<byte[]> replies = new ArrayList<>();
        try (Engine recording = Engine.open(EngineConfig.builder(directory).mode(Mode.RECORD).build());
                Arena arena = Arena.ofConfined()) {
            final Recorder recorder = recording.newRecorder(EndpointPolicy.defaults(), () -> { });
            for (int i = 0; i < BODY_LENGTHS.length; i++) {
                final byte[] request = request("GET", i, "");
                final Exchange exchange = recorder.begin(recording.session("default"), request, 0, request.length);
                final byte[] head = ascii("HTTP/1.1 200 OK\r\nContent-Length: " + BODY_LENGTHS[i] + "\r\n\r\n");
                final byte[] body = new byte[BODY_LENGTHS[i]];
                new Random(i).nextBytes(body);
                exchange.responseHead(head, 0, head.length);
                if (body.length > 0) {
                    final MemorySegment data = arena.allocate(body.length).copyFrom(MemorySegment.ofArray(body));
                    exchange.responseBody(data, 0, body.length, true);
                }
                exchange.complete();
                final ByteArrayOutputStream reply = new ByteArrayOutputStream();
                reply.writeBytes(head);
                reply.writeBytes(body);
                replies.add(reply.toByteArray());
            }
        }
        engine = Engine.open(EngineConfig.builder(directory).mode(Mode.REPLAY).build());
        replayer = engine.newReplayer(EndpointPolicy.defaults());
        for (int i = 0; i < BODY_LENGTHS.length; i++) {
            final Talk talk = calmTalk(request("GET", i, ""));
            assertArrayEquals(replies.get(i), talk.reply(), "what was recorded is what is replayed");
            STEADY.add(talk);
        }
        for (final String steady : STEADY_REQUESTS) {
            STEADY.addFirst(calmTalk(ascii(steady)));
        }
        for (final String closing : CLOSING_REQUESTS) {
            CLOSING.add(calmTalk(ascii(closing)));
        }
        timeout = calmTalk(ascii("GET / HT")).reply();
        assertTrue(new String(timeout, StandardCharsets.US_ASCII).startsWith("HTTP/1.1 408 "));
        refusal = calmRefusal();
    }

    @AfterAll
    static void close() {
        engine.close();
    }

    private static byte[] request(final String method, final int number, final String fields) {
        return ascii(method + " /" + number + " HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n");
    }

    private static byte[] ascii(final String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static SimulatedServer server(final SimNetwork network) {
        return new SimulatedServer(network, engine, 0, loop -> new Route(
                new Endpoint("simulated", Mode.REPLAY, "", "default", false, null, EndpointPolicy.defaults()), replayer,
                null, null, new ResponseRewriter(List.of())));
    }

    /** Returns what a request is answered where nothing goes wrong. */
    private static Talk calmTalk(final byte[] request) {
        final SimNetwork network = new SimNetwork(1, SimFaults.NONE.withWindowBytes(1 << 20));
        final SimulatedServer server = server(network);
        final SimPeer peer = network.connect(server.address());
        final ByteArrayOutputStream reply = new ByteArrayOutputStream();
        final byte[] buffer = new byte[1 << 20];
        int sent = 0;
        boolean closed = false;
        final long until = network.nanoTime() + 2 * SimulatedServer.HEADER_NANOS;
        while (!closed && network.nanoTime() < until) {
            server.turn();
            sent += Math.max(0, peer.write(request, sent, request.length - sent));
            final int length = peer.read(buffer, 0, buffer.length);
            reply.write(buffer, 0, Math.max(0, length));
            closed = length < 0;
        }
        assertEquals(request.length, sent);
        peer.close();
        server.close();
        return new Talk(request, reply.toByteArray(), closed);
    }

    private static byte[] calmRefusal() {
        final SimNetwork network = new SimNetwork(1, SimFaults.NONE);
        final SimulatedServer server = server(network);
        final List<SimPeer> peers = new ArrayList<>();
        for (int i = 0; i <= SimulatedServer.MAX_CLIENTS; i++) {
            peers.add(network.connect(server.address()));
            server.turn();
        }
        server.turn();
        network.advance(1_000_000);
        final byte[] buffer = new byte[1_000];
        final int length = peers.getLast().read(buffer, 0, buffer.length);
        peers.forEach(SimPeer::close);
        server.close();
        return Arrays.copyOf(buffer, length);
    }

    /** One run: some clients of random manners against one server. @return how many requests it answered. */
    private static long run(final SimNetwork network, final byte[] itsTimeout) {
        final SplittableRandom random = new SplittableRandom(network.seed() * 31 + 7);
        final boolean mayLose = network.faults().errors() > 0 || network.faults().failOperation() > 0;
        final SimulatedServer server = server(network);
        final List<SimulatedClient> clients = new ArrayList<>();
        int toCome = 1 + random.nextInt(SimulatedServer.MAX_CLIENTS + 2);
        for (int step = 0; toCome > 0 || clients.stream().anyMatch(client -> !client.over()); step++) {
            assertTrue(step < MOST_STEPS, () -> "clients wait for ever; " + network);
            if (toCome > 0 && random.nextInt(4) == 0) {
                toCome--;
                final Manner manner = Manner.values()[random.nextInt(Manner.values().length)];
                clients.add(new SimulatedClient(network, server.address(), random.split(), manner,
                        talks(random, manner), itsTimeout, refusal));
            }
            server.turn();
            clients.forEach(SimulatedClient::step);
        }
        server.close();
        clients.forEach(client -> client.check(mayLose));
        final long answered = server.count(Counter.HITS) + server.count(Counter.MISSES_NO_KEY);
        assertTrue(answered <= server.count(Counter.REQUESTS));
        return answered;
    }

    private static Talk[] talks(final SplittableRandom random, final Manner manner) {
        final Talk[] talks = new Talk[1 + random.nextInt(6)];
        for (int i = 0; i < talks.length; i++) {
            // Large replies are rare, or they would take all the time.
            final int bound = random.nextInt(20) == 0 ? STEADY.size() : STEADY.size() - 2;
            talks[i] = STEADY.get(random.nextInt(bound));
        }
        if (manner != Manner.STOPS && random.nextInt(3) == 0) {
            talks[random.nextInt(talks.length)] = CLOSING.get(random.nextInt(CLOSING.size()));
        }
        return talks;
    }

    @Test
    void shouldAnswerEveryRequestInOrderWhateverTheNetworkDoes() {
        final long[] answered = new long[1];
        SimSeeds.run(SEEDS, seed -> answered[0] += run(new SimNetwork(seed, faults(seed)), timeout));
        assertTrue(Long.getLong(SimSeeds.SEED_PROPERTY) != null || answered[0] > 0, "nothing was answered");
    }

    /** Every third network is one on which operations fail. */
    private static SimFaults faults(final long seed) {
        return seed % 3 == 0 ? SimFaults.HOSTILE : SimFaults.TORN;
    }

    @Test
    void shouldSurviveAnErrorAtEveryOperation() {
        final long[] operations = new long[1];
        SimSeeds.run(60, seed -> {
            final SimNetwork calm = new SimNetwork(seed, SimFaults.TORN);
            run(calm, timeout);
            operations[0] += calm.operations();
            for (long operation = 1; operation <= calm.operations(); operation++) {
                run(new SimNetwork(seed, SimFaults.TORN.withFailOperation(operation)), timeout);
            }
        });
        assertTrue(operations[0] > 40, "only " + operations[0] + " operations could fail");
    }

    @Test
    void shouldRepeatARunExactly() {
        final Set<Long> hashes = new HashSet<>();
        SimSeeds.run(20, seed -> {
            final SimNetwork first = new SimNetwork(seed, SimFaults.HOSTILE);
            final SimNetwork second = new SimNetwork(seed, SimFaults.HOSTILE);
            assertEquals(run(first, timeout), run(second, timeout));
            assertEquals(first.traceHash(), second.traceHash());
            hashes.add(first.traceHash());
        });
        assertTrue(Long.getLong(SimSeeds.SEED_PROPERTY) != null || hashes.size() > 1, "every seed gives the same run");
    }

    @Test
    void shouldFindAPlantedFaultAndNameItsSeed() {
        // The canary: clients that expect one other byte must be heard, or the runs above would prove nothing.
        final byte[] wrong = timeout.clone();
        wrong[wrong.length - 2]++;
        final AssertionError found = assertThrows(AssertionError.class,
                () -> SimSeeds.run(200, seed -> run(new SimNetwork(seed, SimFaults.TORN), wrong)));
        assertTrue(found.getMessage().contains("rerun it with -D" + SimSeeds.SEED_PROPERTY + "="), found.getMessage());
    }
}
