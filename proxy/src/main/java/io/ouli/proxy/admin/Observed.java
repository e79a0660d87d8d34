package io.ouli.proxy.admin;

import io.ouli.engine.Engine;
import io.ouli.engine.metrics.Counters;
import io.ouli.engine.transport.TransportCounters;
import java.util.List;

/**
 * What the admin port shows, all of it readable while the workers run.
 *
 * @param engine    whose sessions are listed, rewound and sealed.
 * @param records   whether the engine writes recordings.
 * @param transport one line that says which transport serves.
 * @param workers   the counters of each.
 */
public record Observed(Engine engine, boolean records, String transport, List<Worker> workers) {
    /**
     * One worker's counters.
     *
     * @param counters  its own.
     * @param transport its transport's.
     */
    public record Worker(Counters counters, TransportCounters transport) {
    }
}
