package io.ouli.proxy.admin;

import io.ouli.engine.metrics.Counter;
import io.ouli.engine.metrics.Latency;
import io.ouli.engine.metrics.PerformanceReport;
import io.ouli.engine.recording.FramePool;
import io.ouli.engine.transport.TransportCounters;
import io.ouli.ffm.NativeLedger;
import io.ouli.ffm.NativeLedger.Owner;
import io.ouli.proxy.facts.ResidentMemory;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;

/** Writes all counters in Prometheus' text format 0.0.4. docs/ADMIN.md lists every metric. */
final class MetricsText {
    /** What every metric's name begins with. */
    static final String PREFIX = "ouli_";
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

    /** {@return the counters as they stand now} */
    static String of(final Observed observed) {
        return new MetricsText(observed).write();
    }

    /** {@return whose memory is how much, by pages; reads more of the kernel than a frequent look should} */
    static String ofMemory(final Observed observed) {
        return new MetricsText(observed).writeMemory();
    }

    private String write() {
        workerCounters();
        durations();
        openConnections();
        TRANSPORT.forEach(this::transport);
        for (final Counter counter : Counter.values()) {
            if (counter.isWriters()) {
                head(counter.metricName(), "counter", counter.help());
                line(counter.metricName(), "", Long.toString(observed.engine().writerCounters().get(counter)));
            }
        }
        framePool(observed.engine().framePool());
        head("sessions", "gauge", "Sessions that are live.");
        line("sessions", "", Integer.toString(observed.engine().liveSessions().size()));
        single("recordings_open", "gauge", "Recordings that are open to be replayed.",
                observed.engine().openRecordings());
        head("workers", "gauge", "Threads that serve.");
        line("workers", "", Integer.toString(observed.workers().size()));
        head("native_bytes", "gauge", "Memory outside the heap, by owner; recordings are mapped.");
        for (final Owner owner : Owner.values()) {
            line("native_bytes", label("owner", lower(owner)), Long.toString(NativeLedger.bytes(owner)));
        }
        head("heap_used_bytes", "gauge", "Heap in use, garbage included.");
        line("heap_used_bytes", "",
                Long.toString(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed()));
        head("gc_collections_total", "counter", "Garbage collections.");
        line("gc_collections_total", "", Long.toString(ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionCount).sum()));
        return text.toString();
    }

    private void framePool(final FramePool pool) {
        single("frame_buffer_hits_total", "counter", "Frame buffers taken from those kept for later.", pool.hits());
        single("frame_buffer_misses_total", "counter", "Frame buffers that had to be allocated.", pool.misses());
        single("frame_buffers_lent", "gauge", "Frame buffers that hold an interaction on its way.", pool.lent());
        single("frame_buffers_lent_bytes", "gauge", "The size of these buffers together.", pool.lentBytes());
        single("frame_buffers_kept_bytes", "gauge", "The size of the frame buffers kept for later.",
                pool.retainedBytes());
    }

    private void single(final String name, final String type, final String help, final long value) {
        head(name, type, help);
        line(name, "", Long.toString(value));
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
        return counter.isTime() ? seconds(value) : Long.toString(value);
    }

    private void durations() {
        final PerformanceReport report = observed.monitor().report();
        summary("request_duration", "from the turn that took them until their replies were with the kernel.",
                report.total());
        summary("recent_request_duration", "the same of those since the last look at this page.", report.interval());
        if (report.memory().residentBytes() >= 0) {
            head("resident_bytes", "gauge", "Memory of the process, as the kernel counts.");
            line("resident_bytes", "", Long.toString(report.memory().residentBytes()));
        }
    }

    private void summary(final String name, final String help, final Latency latency) {
        final String seconds = name + "_seconds";
        head(seconds, "summary", "How long requests took, " + help);
        line(seconds, label("quantile", "0.5"), seconds(latency.p50Nanos()));
        line(seconds, label("quantile", "0.99"), seconds(latency.p99Nanos()));
        line(seconds, label("quantile", "0.999"), seconds(latency.p999Nanos()));
        line(seconds + "_sum", "", seconds(latency.totalNanos()));
        line(seconds + "_count", "", Long.toString(latency.count()));
        head("longest_" + seconds, "gauge", "The longest of these.");
        line("longest_" + seconds, "", seconds(latency.maxNanos()));
    }

    private String writeMemory() {
        final ResidentMemory memory = ResidentMemory.read();
        head("memory_allocated_bytes", "gauge", "Memory taken outside the heap, by owner.");
        for (final Owner owner : Owner.values()) {
            line("memory_allocated_bytes", label("owner", lower(owner)), Long.toString(NativeLedger.bytes(owner)));
        }
        line("memory_allocated_bytes", label("owner", "histograms"),
                Long.toString(observed.latencies().footprintBytes()));
        head("memory_resident_bytes", "gauge", "Memory whose pages are there, by owner.");
        memory.owned().forEach((owner, bytes) ->
                line("memory_resident_bytes", label("owner", lower(owner)), Long.toString(bytes)));
        memory.others().forEach((name, bytes) ->
                line("memory_resident_bytes", label("owner", name), Long.toString(bytes)));
        head("memory_sum_bytes", "gauge", "All of these but rings, which are the kernel's memory.");
        line("memory_sum_bytes", "", Long.toString(memory.sum()));
        head("memory_process_bytes", "gauge", "What the kernel counts for the process.");
        line("memory_process_bytes", "", Long.toString(memory.processBytes()));
        return text.toString();
    }

    private static String seconds(final long nanos) {
        return BigDecimal.valueOf(nanos, NANOS_EXPONENT).toPlainString();
    }

    private static String label(final String name, final String value) {
        return "{" + name + "=\"" + value + "\"}";
    }

    private static String lower(final Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
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
