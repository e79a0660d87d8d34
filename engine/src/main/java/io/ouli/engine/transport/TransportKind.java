package io.ouli.engine.transport;

/** The implementations of {@link Transport}. */
public enum TransportKind {
    IO_URING, NIO, SIMULATED
}
