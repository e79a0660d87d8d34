package io.ouli.engine.transport;

/** What a transport counts; each value only grows and may be read from any thread. */
public interface TransportCounters {
    /** Connections accepted. */
    long accepted();

    /** Connections closed at once because the table was full. */
    long refused();

    /** Times that accepting failed, such as for want of descriptors; it is tried again a little later. */
    long acceptFailures();

    /** Bytes received. */
    long receivedBytes();

    /** Bytes sent. */
    long sentBytes();

    /** Calls into the kernel that may wait: {@code io_uring_enter} or {@code select}. */
    long enterCalls();

    /** Sends that the kernel took in part, and that were carried on. */
    long shortSends();

    /** Times that no receive buffer was free. */
    long bufferExhaustions();

    /** Multishot operations that ended and were armed again. */
    long rearmed();

    /** Times that the submission queue was full. */
    long submissionQueueFull();

    /** Completions that overflowed the completion queue. */
    long completionQueueOverflows();
}
