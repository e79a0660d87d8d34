package io.ouli.engine.transport;

/** The implementations of {@link Transport}. */
public enum TransportKind {
    /** The kernel's ring of Linux. */
    IO_URING,
    /** The JDK's selector, on every system. */
    NIO,
    /** A network in memory, with seeded time and faults; for tests. */
    SIMULATED
}
