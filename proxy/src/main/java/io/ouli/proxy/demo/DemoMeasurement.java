package io.ouli.proxy.demo;

import io.ouli.proxy.demo.DemoResult.Latency;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;

/**
 * Measures replay: one request after the other for latency, several connections at once for throughput; every reply is
 * compared with what was recorded.
 *
 * <p>A closed loop in the same process as the server: a first impression. The performance suites measure in earnest.
 */
final class DemoMeasurement {
    private static final long HIGHEST_NANOS = 60_000_000_000L;

    private final List<TimedExchange> exchanges;
    private final InetSocketAddress address;
    private final List<String> differences = Collections.synchronizedList(new ArrayList<>());
    private final LongAdder compared = new LongAdder();
    private final Histogram histogram = new Histogram(HIGHEST_NANOS, 3);
    private double throughput;

    /** A request and the reply that it must get, both direct. */
    record TimedExchange(String name, ByteBuffer request, ByteBuffer reply) {
        private TimedExchange duplicate() {
            return new TimedExchange(name, request.duplicate(), reply.duplicate());
        }
    }

    DemoMeasurement(final List<TimedExchange> exchanges, final InetSocketAddress address) {
        this.exchanges = exchanges;
        this.address = address;
    }

    /** Measures one connection, after a warm-up of half the time. */
    void latency(final Duration duration) throws IOException, InterruptedException {
        Clients.run(address, 1, (client, number) -> {
            loop(client, 0, duration.toNanos() / 2, null);
            loop(client, 0, duration.toNanos(), histogram);
        });
    }

    /** Measures several connections, which begin at different requests. */
    void throughput(final Duration duration, final int connections) throws IOException, InterruptedException {
        final LongAdder done = new LongAdder();
        final long begin = System.nanoTime();
        Clients.run(address, connections, (client, number) ->
                done.add(loop(client, exchanges.size() * number / connections, duration.toNanos(), null)));
        throughput = done.sum() * 1e9 / (System.nanoTime() - begin);
    }

    private long loop(final RawClient client, final int first, final long nanos, final Histogram into)
            throws IOException {
        final TimedExchange[] own = exchanges.stream().map(TimedExchange::duplicate).toArray(TimedExchange[]::new);
        final long begin = System.nanoTime();
        long before = begin;
        long count = 0;
        for (int i = first; before - begin < nanos; i = i + 1 == own.length ? 0 : i + 1) {
            if (!client.exchange(own[i].request(), own[i].reply())) {
                differences.add(own[i].name() + " got another reply while it was measured");
                break;
            }
            final long now = System.nanoTime();
            if (into != null) {
                into.recordValue(Math.min(now - before, HIGHEST_NANOS));
            }
            before = now;
            count++;
        }
        compared.add(count);
        return count;
    }

    List<String> differences() {
        return differences;
    }

    long compared() {
        return compared.sum();
    }

    Latency latencyResult() {
        return new Latency(histogram.getTotalCount(), histogram.getValueAtPercentile(50),
                histogram.getValueAtPercentile(99), histogram.getValueAtPercentile(99.9), histogram.getMaxValue());
    }

    double throughputResult() {
        return throughput;
    }
}
