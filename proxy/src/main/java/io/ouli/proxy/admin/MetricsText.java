package io.ouli.proxy.admin;

import io.ouli.engine.metrics.Counter;
import io.ouli.engine.transport.TransportCounters;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/** Writes all counters in Prometheus' text format 0.0.4. docs/ADMIN.md lists every metric. */
public final class MetricsText {
    /** What every metric's name begins with. */
    public static final String PREFIX = "ouli_";
    static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";
    private static final int NANOS_EXPONENT = 9;

    private record TransportMetric(String name, String help, ToLongFunction<TransportCounters> value) {
    }

    private static final List<TransportMetric> TRANSPORT = List.of(
            new TransportMetric("received_bytes_total", "Bytes received from clients and upstreams.",
                    TransportCounters::receivedBytes),
            new TransportMetric("sent_bytes_total", "Bytes sent to clients and upstreams.",
                    TransportCounters::sentBytes),
            new TransportMetric("enter_calls_total", "Calls of io_uring_enter, or of select.",
                    TransportCounters::enterCalls),
            new TransportMetric("submission_queue_full_total", "Times that the submission queue was full (sqFull).",
                    TransportCounters::submissionQueueFull),
            new TransportMetric("completion_queue_overflows_total",
                    "Turns in which completions had overflowed their queue (cqOverflow).",
                    TransportCounters::completionQueueOverflows),
            new TransportMetric("receive_buffers_exhausted_total", "Times that no receive buffer was free (enobufs).",
                    TransportCounters::bufferExhaustions),
            new TransportMetric("rearmed_total", "Multishot operations that ended and were armed again.",
                    TransportCounters::rearmed),
            new TransportMetric("short_sends_total", "Sends that the kernel took in part.",
                    TransportCounters::shortSends),
            new TransportMetric("accept_failures_total", "Times that accepting failed, as for want of descriptors.",
                    TransportCounters::acceptFailures));

    private final StringBuilder text = new StringBuilder(8 << 10);
    private final Observed observed;

    private MetricsText(final Observed observed) {
        this.observed = observed;
    }

    /** Returns the counters as they stand now. */
    public static String of(final Observed observed) {
        return new MetricsText(observed).write();
    }

    private String write() {
        workerCounters();
        openConnections();
        TRANSPORT.forEach(this::transport);
        for (final Counter counter : Counter.values()) {
            if (counter.isWriters()) {
                head(counter.metricName(), "counter", counter.help());
                line(counter.metricName(), "", Long.toString(observed.engine().writerCounters().get(counter)));
            }
        }
        head("sessions", "gauge", "Sessions that are live.");
        line("sessions", "", Integer.toString(observed.engine().liveSessions().size()));
        head("workers", "gauge", "Threads that serve.");
        line("workers", "", Integer.toString(observed.workers().size()));
        head("heap_used_bytes", "gauge", "Heap in use, garbage included.");
        line("heap_used_bytes", "",
                Long.toString(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed()));
        head("gc_collections_total", "counter", "Garbage collections.");
        line("gc_collections_total", "", Long.toString(ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionCount).sum()));
        return text.toString();
    }

    private void workerCounters() {
        final Map<String, List<Counter>> byName = new LinkedHashMap<>();
        for (final Counter counter : Counter.values()) {
            if (!counter.isWriters()) {
                byName.computeIfAbsent(counter.metricName(), name -> new ArrayList<>()).add(counter);
            }
        }
        byName.forEach((name, counters) -> {
            head(name, counters.getFirst().isMaximum() ? "gauge" : "counter", counters.getFirst().help());
            for (int worker = 0; worker < observed.workers().size(); worker++) {
                for (final Counter counter : counters) {
                    line(name, labels(worker, counter.reason()), value(counter, worker));
                }
            }
        });
    }

    private String value(final Counter counter, final int worker) {
        final Observed.Worker its = observed.workers().get(worker);
        // The table of the transport may be full before the server's own limit is reached.
        final long value = its.counters().get(counter)
                + (counter == Counter.CONNECTIONS_REFUSED ? its.transport().refused() : 0);
        return counter.isTime() ? BigDecimal.valueOf(value, NANOS_EXPONENT).toPlainString() : Long.toString(value);
    }

    private void openConnections() {
        head("connections_open", "gauge", "Client connections that are open.");
        for (int worker = 0; worker < observed.workers().size(); worker++) {
            final var counters = observed.workers().get(worker).counters();
            // Read first, so that a connection that comes and goes meanwhile makes no negative number.
            final long closed = counters.get(Counter.CONNECTIONS_CLOSED);
            final long opened = counters.get(Counter.CONNECTIONS_ACCEPTED) + counters.get(Counter.CONNECTIONS_REFUSED);
            line("connections_open", labels(worker, ""), Long.toString(opened - closed));
        }
    }

    private void transport(final TransportMetric metric) {
        head(metric.name, "counter", metric.help);
        for (int worker = 0; worker < observed.workers().size(); worker++) {
            line(metric.name, labels(worker, ""),
                    Long.toString(metric.value.applyAsLong(observed.workers().get(worker).transport())));
        }
    }

    private void head(final String name, final String type, final String help) {
        text.append("# HELP ").append(PREFIX).append(name).append(' ').append(help).append('\n')
                .append("# TYPE ").append(PREFIX).append(name).append(' ').append(type).append('\n');
    }

    private void line(final String name, final String labels, final String value) {
        text.append(PREFIX).append(name).append(labels).append(' ').append(value).append('\n');
    }

    private static String labels(final int worker, final String reason) {
        return "{worker=\"" + worker + (reason.isEmpty() ? "\"}" : "\",reason=\"" + reason + "\"}");
    }
}
