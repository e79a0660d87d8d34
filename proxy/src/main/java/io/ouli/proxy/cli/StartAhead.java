package io.ouli.proxy.cli;

import io.ouli.engine.metrics.Counters;
import io.ouli.engine.transport.TransportChoice;
import io.ouli.engine.transport.Transports;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.ServerSocketChannel;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;

/**
 * Loads, on a core that would idle, what a serving command needs in a moment: native memory access and the transport.
 *
 * <p>The main thread meanwhile reads its configuration and waits for the JDK's cryptography. Both take some 15 ms of a
 * start, and neither needs the other.
 *
 * <p>Later, when the first requests are over, it loads what the end needs: a process that has no descriptor left cannot
 * open the file that a class stands in, and must still end in order.
 */
final class StartAhead implements Runnable {
    /** So long after its start, in milliseconds, a process has time for what only its end needs. */
    static final long END_AFTER_MILLIS = 1_000;

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
        try {
            load();
            TimeUnit.MILLISECONDS.sleep(END_AFTER_MILLIS);
            Termination.load();
        } catch (final LinkageError | InterruptedException met) {
            return; // Who needs it meets it again, and says it.
        }
    }

    private void load() {
        new Counters();
        // Copying takes another path through native memory than reading.
        MemorySegment.copy(MemorySegment.ofArray(new byte[1]), 0, MemorySegment.ofArray(new byte[1]), 0, 1);
        // Its tables are computed when the class is initialized.
        new CRC32C();
        Transports.rehearse(choice);
        openSocket();
        load("jdk.internal.event.SocketReadEvent");
        load("jdk.internal.event.SocketWriteEvent");
    }

    /** A socket that is bound to no port: it can be in nobody's way. */
    private static void openSocket() {
        try (ServerSocketChannel socket = ServerSocketChannel.open()) {
            socket.configureBlocking(false);
        } catch (final IOException notNow) {
            return;
        }
    }

    /** Loads what the JDK asks at each socket's first use, and what no cache holds; does without if it is not there. */
    private static void load(final String name) {
        try {
            Class.forName(name);
        } catch (final ClassNotFoundException anotherJdk) {
            return;
        }
    }
}
