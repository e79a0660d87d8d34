package io.ouli.uring;

/**
 * What a kernel may or may not offer, each with the switch that turns it off: {@code -Douli.uring.NAME=false}.
 *
 * <p>The kernel beside each is the first that has it.
 */
public enum RingFeature {
    /** One thread submits, so the ring takes no lock: 6.0. */
    SINGLE_ISSUER("singleIssuer"),
    /** Completions are worked out only when the owner enters, never in the middle of its other work: 6.1. */
    DEFER_TASKRUN("deferTaskrun"),
    /** Completions wait for the owner's next system call instead of interrupting it: 5.19. */
    COOP_TASKRUN("coopTaskrun"),
    /** An entry that is refused does not hold back those behind it: 5.18. */
    SUBMIT_ALL("submitAll"),
    /** Entries are taken in ring order, without an array of indices: 6.6. */
    NO_SQARRAY("noSqArray"),
    /** One accept yields a completion for each connection: 5.19. */
    MULTISHOT_ACCEPT("multishotAccept"),
    /** One receive yields a completion for each arrival of bytes: 6.0. */
    MULTISHOT_RECV("multishotRecv"),
    /** The kernel picks receive buffers from a shared ring: 5.19. */
    BUFFER_RING("bufring"),
    /** Pending operations can be cancelled by descriptor, or all at once: 5.19. */
    CANCEL_BY_FD("cancelByFd"),
    /** Memory can be pinned once for many file operations: 5.1, limited by ulimit -l. */
    REGISTERED_BUFFERS("registeredBuffers"),
    /** liburing.so.2 sets up rings; else system calls do. */
    LIBURING("liburing");

    /** What every switch's name begins with. */
    public static final String PROPERTY_PREFIX = "ouli.uring.";

    private final String switchName;

    RingFeature(final String switchName) {
        this.switchName = switchName;
    }

    /** {@return the system property that, set to {@code false}, turns this feature off} */
    public String property() {
        return PROPERTY_PREFIX + switchName;
    }
}
