package io.ouli.engine.metrics;

import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/** The recorders of several threads, and what those recorded that are gone. */
public final class Latencies {
    private final List<LatencyRecorder> recorders = new ArrayList<>();
    private final Histogram retired = LatencyRecorder.empty();

    /** Makes one without recorders. */
    public Latencies() {
    }

    /** Makes the recorder of one more thread. */
    public synchronized LatencyRecorder newRecorder() {
        final LatencyRecorder recorder = new LatencyRecorder();
        recorders.add(recorder);
        return recorder;
    }

    /** Keeps what a recorder has, and forgets the recorder; its thread records no more. */
    public synchronized void retire(final LatencyRecorder recorder) {
        if (recorders.remove(recorder)) {
            recorder.addTo(retired);
        }
    }

    synchronized Histogram sum() {
        final Histogram sum = retired.copy();
        recorders.forEach(recorder -> recorder.addTo(sum));
        return sum;
    }

    /** {@return how much memory the histograms take, in the heap} */
    public synchronized long footprintBytes() {
        return retired.getEstimatedFootprintInBytes()
                + recorders.stream().mapToLong(LatencyRecorder::footprintBytes).sum();
    }
}
