package io.ouli.engine.recording.disk;

import io.ouli.uring.IoUring;
import io.ouli.uring.RingFeature;

/** Opens the fastest queue that this machine offers. */
public final class DiskQueues {
    /** System property that, set to {@code false}, has files written without io_uring. */
    public static final String URING_PROPERTY = RingFeature.PROPERTY_PREFIX + "files";

    private DiskQueues() {
    }

    /** Opens a queue for the calling thread; {@link DiskQueue#describe} says which one, and why. */
    public static DiskQueue open() {
        if (!Boolean.parseBoolean(System.getProperty(URING_PROPERTY, "true"))) {
            return new ThreadQueue("io_uring is switched off by -D" + URING_PROPERTY + "=false");
        }
        if (!System.getProperty("os.name").startsWith("Linux")) {
            return new ThreadQueue("io_uring is for Linux");
        }
        try {
            final boolean alone = Runtime.getRuntime().availableProcessors() == 1;
            return IoUring.isAvailable()
                    ? new UringQueue(true, alone)
                    : new ThreadQueue(IoUring.unavailabilityCause());
        } catch (final RuntimeException | LinkageError e) {
            // A LinkageError: native access is denied to this program, or a library is not there.
            return new ThreadQueue("io_uring is refused: " + (e.getMessage() == null ? e : e.getMessage()));
        }
    }
}
