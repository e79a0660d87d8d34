package io.ouli.proxy.cli;

import io.ouli.engine.Mode;
import io.ouli.engine.transport.TransportChoice;

/** How the launcher started this virtual machine, and what follows from it; docs/adr/016 has the figures. */
enum LaunchProfile {
    /** From an AOT cache and without the vector module; a replay serves over NIO, which is ready sooner. */
    FAST,
    /** With the vector module; the fastest transport serves. */
    THROUGHPUT,
    /** By hand, without the launcher. */
    NONE;

    static final String PROPERTY = "ouli.profile";
    /** Why a replay is served over NIO when nobody has asked for it. */
    static final String NIO_REASON =
            "because it is ready sooner; OULI_PROFILE=throughput or --transport io_uring takes io_uring";

    /** {@return the profile of this process} */
    static LaunchProfile current() {
        return switch (System.getProperty(PROPERTY, "")) {
            case "fast" -> FAST;
            case "throughput" -> THROUGHPUT;
            default -> NONE;
        };
    }

    /** {@return the transport of who asks for none} Several workers are asked for by who wants throughput. */
    TransportChoice transport(final Mode mode, final boolean severalWorkers) {
        return this == FAST && mode == Mode.REPLAY && !severalWorkers ? TransportChoice.NIO : TransportChoice.AUTO;
    }
}
