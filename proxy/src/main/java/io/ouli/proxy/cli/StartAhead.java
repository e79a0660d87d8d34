package io.ouli.proxy.cli;

import io.ouli.engine.metrics.Counters;
import io.ouli.engine.transport.TransportChoice;
import io.ouli.engine.transport.Transports;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Loads, on a core that would idle, what a serving command needs in a moment: native memory access and the transport.
 *
 * <p>The main thread meanwhile reads its configuration and waits for the JDK's cryptography. Both take some 15 ms of a
 * start, and neither needs the other.
 */
final class StartAhead implements Runnable {
    private final TransportChoice choice;

    private StartAhead(final TransportChoice choice) {
        this.choice = choice;
    }

    /** Begins; nothing has to wait for the end, since a class that is being initialized is waited for anyway. */
    static void begin(final TransportChoice choice) {
        Thread.ofPlatform().daemon().name("ouli-start-ahead").start(new StartAhead(choice));
    }

    @Override
    public void run() {
        new Counters();
        // Copying into the heap takes another path through native memory than reading, spun on first use.
        MemorySegment.copy(MemorySegment.ofArray(new byte[1]), ValueLayout.JAVA_BYTE, 0, new byte[1], 0, 1);
        Transports.rehearse(choice);
    }
}
