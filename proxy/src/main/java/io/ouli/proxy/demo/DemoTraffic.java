package io.ouli.proxy.demo;

import io.ouli.proxy.demo.DemoMeasurement.TimedExchange;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Sends the demonstration's requests, keeps the replies, and notes every one that is not what it should be. */
final class DemoTraffic {
    private static final int MOST_DIFFERENCES = 20;

    private final List<DemoRequest> requests;
    /** By request, then by attempt. */
    private final byte[][][] recorded;
    private final List<String> differences = Collections.synchronizedList(new ArrayList<>());

    DemoTraffic(final List<DemoRequest> requests) {
        this.requests = requests;
        recorded = new byte[requests.size()][][];
    }

    private interface Step {
        void run(RawClient client, int request) throws IOException;
    }

    int requests() {
        return requests.size();
    }

    int interactions() {
        return requests.stream().mapToInt(DemoRequest::attempts).sum();
    }

    List<String> kinds() {
        return requests.stream().map(DemoRequest::kind).distinct().toList();
    }

    /** {@return what was not as it should be, one line each; may be added to} */
    List<String> differences() {
        return differences;
    }

    /** Sends everything and holds each reply against what the upstream is known to answer. */
    void record(final InetSocketAddress proxy, final int connections) throws IOException, InterruptedException {
        final String authority = authority(proxy);
        onConnections(proxy, connections, (client, index) -> {
            final DemoRequest request = requests.get(index);
            recorded[index] = new byte[request.attempts()][];
            for (int attempt = 0; attempt < request.attempts(); attempt++) {
                final RawReply reply = client.exchange(request.bytes(authority), request.method().equals("HEAD"));
                recorded[index][attempt] = reply.bytes();
                final String wrong = wrong(request, attempt, reply);
                if (wrong != null) {
                    differ(request, attempt, "while recording: " + wrong);
                }
            }
        });
    }

    /** Sends everything again, partly in other words, and compares the replies byte for byte. */
    void verify(final InetSocketAddress proxy, final int connections) throws IOException, InterruptedException {
        final String authority = authority(proxy);
        onConnections(proxy, connections, (client, index) -> {
            final DemoRequest request = requests.get(index);
            for (int attempt = 0; attempt < request.attempts(); attempt++) {
                final byte[] expected = recorded[index][attempt];
                final byte[] replayed = client.exchange(
                        request.replayBytes(authority), request.method().equals("HEAD")).bytes();
                final int at = Arrays.mismatch(expected, replayed);
                if (at >= 0) {
                    differ(request, attempt, "on replay, at byte " + at + ": " + firstLine(expected) + " of "
                            + expected.length + " bytes was recorded, " + firstLine(replayed) + " of "
                            + replayed.length + " was replayed");
                }
            }
        });
    }

    /** {@return every request once with the reply that it gets from now on: the last one that was recorded} */
    List<TimedExchange> exchanges(final InetSocketAddress proxy) {
        final String authority = authority(proxy);
        final List<TimedExchange> exchanges = new ArrayList<>();
        for (int i = 0; i < requests.size(); i++) {
            final DemoRequest request = requests.get(i);
            exchanges.add(new TimedExchange(request.method() + " " + request.target(),
                    direct(request.replayBytes(authority)), direct(recorded[i][request.attempts() - 1])));
        }
        return exchanges;
    }

    private static ByteBuffer direct(final byte[] bytes) {
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    /** Each connection takes the next request that nobody has, until there is none. */
    private void onConnections(final InetSocketAddress proxy, final int connections, final Step step)
            throws IOException, InterruptedException {
        final AtomicInteger next = new AtomicInteger();
        Clients.run(proxy, connections, (client, number) -> {
            for (int index = next.getAndIncrement(); index < requests.size(); index = next.getAndIncrement()) {
                step.run(client, index);
            }
        });
    }

    private static String wrong(final DemoRequest request, final int attempt, final RawReply reply) {
        final DemoReply truth = DemoCorpus.reply(request.method(), request.target(),
                request.body().getBytes(StandardCharsets.UTF_8), attempt);
        if (reply.status() != truth.status()) {
            return "status " + reply.status() + " instead of " + truth.status();
        }
        for (int i = 0; i < truth.headers().size(); i += 2) {
            final String name = truth.headers().get(i);
            final List<String> values = new ArrayList<>();
            for (int j = 0; j < truth.headers().size(); j += 2) {
                if (truth.headers().get(j).equals(name)) {
                    values.add(truth.headers().get(j + 1));
                }
            }
            if (!reply.values(name).equals(values)) {
                return name + " is " + reply.values(name) + " instead of " + values;
            }
        }
        final boolean sameBody = request.method().equals("HEAD") || Arrays.equals(reply.body(), truth.body());
        return sameBody ? null : "another body";
    }

    private void differ(final DemoRequest request, final int attempt, final String what) {
        if (differences.size() < MOST_DIFFERENCES) {
            differences.add(request.method() + " " + request.target()
                    + (request.attempts() == 1 ? "" : " (number " + (attempt + 1) + ")") + " " + what);
        }
    }

    private static String firstLine(final byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1).lines().findFirst().orElse("nothing");
    }

    private static String authority(final InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }
}
