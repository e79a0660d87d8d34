package io.ouli.engine.events;

import java.util.concurrent.locks.LockSupport;
import jdk.jfr.FlightRecorder;
import jdk.jfr.FlightRecorderListener;
import jdk.jfr.Recording;
import jdk.jfr.RecordingState;

/**
 * Whether a flight recording runs in this process, so that our events cost one look at a field when none does.
 *
 * <p><b>Design note:</b> an event's class must not be touched before. Without a recording, loading the first one takes
 * the JDK a tenth of a second and 17 MB, as it loads all its own events for it; a listener takes 1 ms.
 */
public final class Events {
    /** When the process has answered its first requests; a recording that was begun earlier has to wait so long. */
    private static final long DELAY_NANOS = 1_000_000_000;

    private static boolean watched;
    /** Plain: a thread may see it a moment late. */
    private static boolean recording;

    private Events() {
    }

    /** {@return whether a flight recording runs; what it wants to have is asked of each event} */
    public static boolean on() {
        return recording;
    }

    /**
     * Begins to watch for flight recordings, once for all and a little later, so that no start waits for it; at once if
     * this process was started with one.
     */
    public static synchronized void watch() {
        if (watched) {
            return;
        }
        watched = true;
        if (StartedRecording.isThere()) {
            watchNow();
        } else {
            Thread.ofPlatform().daemon().name("ouli-events").start(() -> {
                // Not a sleep, for which the JDK would load an event of its own.
                final long begin = System.nanoTime();
                while (System.nanoTime() - begin < DELAY_NANOS) {
                    LockSupport.parkNanos(DELAY_NANOS);
                }
                watchNow();
            });
        }
    }

    /** Begins to watch for flight recordings; returns when those that run already were seen. */
    public static void watchNow() {
        FlightRecorder.addListener(new Listener());
        if (FlightRecorder.isInitialized()) {
            look();
        }
    }

    private static void look() {
        recording = FlightRecorder.getFlightRecorder().getRecordings().stream()
                .anyMatch(each -> each.getState() == RecordingState.RUNNING);
    }

    private static final class Listener implements FlightRecorderListener {
        @Override
        public void recordingStateChanged(final Recording changed) {
            look();
        }
    }
}
