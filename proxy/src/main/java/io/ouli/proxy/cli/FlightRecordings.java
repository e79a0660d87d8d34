package io.ouli.proxy.cli;

import java.util.concurrent.TimeUnit;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;
import jdk.jfr.RecordingState;

/** Flight recordings at the end of the process: the JDK writes them in a hook of its own, which a halt cuts off. */
final class FlightRecordings {
    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(10);

    private FlightRecordings() {
    }

    /** Waits until those that run and have a file are written; called while the process shuts down. */
    static void awaitWritten() {
        if (!FlightRecorder.isInitialized()) {
            return;
        }
        final long deadline = System.nanoTime() + MOST_NANOS;
        while (System.nanoTime() < deadline
                && FlightRecorder.getFlightRecorder().getRecordings().stream().anyMatch(FlightRecordings::isDue)) {
            try {
                TimeUnit.MILLISECONDS.sleep(5);
            } catch (final InterruptedException e) {
                return;
            }
        }
    }

    /** The hook stops each recording, and closes it when its file is written. */
    private static boolean isDue(final Recording recording) {
        return recording.getState() == RecordingState.RUNNING
                || recording.getState() == RecordingState.STOPPED && recording.getDestination() != null;
    }
}
