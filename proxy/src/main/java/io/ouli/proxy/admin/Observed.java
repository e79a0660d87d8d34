package io.ouli.proxy.admin;

import io.ouli.engine.Engine;
import io.ouli.engine.metrics.Counters;
import io.ouli.engine.metrics.Latencies;
import io.ouli.engine.metrics.PerformanceMonitor;
import io.ouli.engine.transport.TransportCounters;
import java.util.List;

/**
 * What the admin port shows, all of it readable while the workers run.
 *
 * @param engine    whose sessions are listed, rewound and sealed.
 * @param records   whether the engine writes recordings.
 * @param transport one line that says which transport serves.
 * @param workers   the counters of each.
 * @param latencies the times of all workers' requests.
 * @param monitor   of these.
 */
public record Observed(
        Engine engine,
        boolean records,
        String transport,
        List<Worker> workers,
        Latencies latencies,
        PerformanceMonitor monitor) {
    /**
     * One worker's counters.
     *
     * @param counters  its own.
     * @param transport its transport's.
     */
    public record Worker(Counters counters, TransportCounters transport) {
    }
}
