package io.ouli.uring;

import io.ouli.ffm.Native;

/** Says whether io_uring can be used in this process, why not, and with which features. */
public final class IoUring {
    /** Set to {@code false} to do without io_uring. */
    public static final String ENABLED_PROPERTY = RingFeature.PROPERTY_PREFIX + "enabled";

    private IoUring() {
    }

    /** Probed when first asked for: it makes a ring and throws it away. */
    private static final class Holder {
        private static final Probe PROBE = probe();

        private static Probe probe() {
            if (Boolean.parseBoolean(System.getProperty(ENABLED_PROPERTY, "true"))) {
                return Native.available() ? Probe.run(System::getProperty) : Probe.failed(Native.unavailabilityCause());
            }
            return Probe.failed("io_uring is switched off by -D" + ENABLED_PROPERTY + "=false");
        }
    }

    /** {@return true when a {@link Ring} can be opened} */
    public static boolean isAvailable() {
        return Holder.PROBE.cause() == null;
    }

    /** {@return one line that names the reason and the remedy, or null when io_uring is available} */
    public static String unavailabilityCause() {
        return Holder.PROBE.cause();
    }

    /**
     * Fails when io_uring is not available.
     *
     * @throws UnsupportedOperationException with {@link #unavailabilityCause()} as its message.
     */
    public static void ensureAvailable() {
        if (!isAvailable()) {
            throw new UnsupportedOperationException(unavailabilityCause());
        }
    }

    /**
     * {@return the features of this machine}
     *
     * @throws UnsupportedOperationException if io_uring is not available.
     */
    public static RingFeatures features() {
        ensureAvailable();
        return Holder.PROBE.features();
    }

    /** {@return one line for people: the kernel, how rings are set up and with what, or why there are none} */
    public static String describe() {
        return isAvailable()
                ? "io_uring on Linux " + System.getProperty("os.version") + ", " + Holder.PROBE.description()
                : "no io_uring: " + unavailabilityCause();
    }
}
