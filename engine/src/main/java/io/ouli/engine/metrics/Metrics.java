package io.ouli.engine.metrics;

/** Whether this process counts and times at all: {@code -Douli.metrics=off} is what their cost is measured against. */
public final class Metrics {
    /** Read once, so that the compiler leaves out what is switched off. */
    public static final boolean ON = !"off".equals(System.getProperty("ouli.metrics"));

    private Metrics() {
    }
}
