package io.ouli.perf.server;

import io.ouli.perf.load.LoadOutcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The ceiling part of one server's round, put together from its slices. */
final class PeerCeiling {
    private static final double MIB = 1 << 20;

    private final List<LoadOutcome> slices = new ArrayList<>();
    private LoadOutcome.ServerUse use;
    private long replies;
    private long failures;
    private double stealPercent;

    void add(final LoadOutcome slice) {
        slices.add(slice);
        use = use == null ? slice.server() : use.plus(slice.server());
        replies += slice.latency().getTotalCount();
        failures += slice.failures();
        stealPercent = Math.max(stealPercent, slice.stealPercent());
    }

    long replies() {
        return replies;
    }

    long failures() {
        return failures;
    }

    /** {@return what other machines took in the slice that lost most} */
    double stealPercent() {
        return stealPercent;
    }

    Map<String, Double> figures() {
        final Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("achievedPerSecond", mean("achievedPerSecond"));
        figures.put("cpuMicrosPerRequest", use.cpuMicrosPerRequest());
        figures.put("userMicrosPerRequest", use.userMicrosPerRequest());
        figures.put("compilerMicrosPerRequest", use.compilerMicrosPerRequest());
        figures.put("rssMib", use.rssBytes() / MIB);
        figures.put("clientBusyPercent", mean("clientBusyPercent"));
        // With one connection and no pipelining, that is the round trip of who asks again as soon as a reply is there.
        figures.put("closedLoopP50Micros", mean("serviceP50Micros"));
        return figures;
    }

    private double mean(final String figure) {
        return slices.stream().mapToDouble(slice -> slice.metrics().get(figure)).average().orElseThrow();
    }
}
