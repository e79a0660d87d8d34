package io.ouli.engine.transport;

import io.ouli.engine.transport.ContractHandler.Seen;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.extension.TestWatcher;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

/** A transport with its network and handler, and the steps of which contract tests are made. */
abstract class ContractHarness {
    static final TransportOptions OPTIONS = TransportOptions.DEFAULT.withMaxConnections(64);
    static final long MILLI = 1_000_000L;
    static final long SECOND = 1_000 * MILLI;
    private static final long PATIENCE_NANOS = 60 * SECOND;
    private static final int LEAST_POLLS = 8;

    ContractHandler handler = new ContractHandler();
    Arena arena;
    ContractNetwork network;
    Transport transport;

    /** Returns the network whose transports are under test. */
    abstract ContractNetwork network();

    /** Names the network, and with it a simulation's seed, when a test fails. */
    @RegisterExtension
    final TestWatcher watcher = new TestWatcher() {
        @Override
        public void testFailed(final ExtensionContext context, final Throwable cause) {
            cause.addSuppressed(new AssertionError("it failed on: " + network));
        }
    };

    @BeforeEach
    void openTransport() {
        arena = Arena.ofShared();
        network = network();
        transport = network.open(OPTIONS, handler);
    }

    @AfterEach
    void closeTransport() {
        if (network != null) {
            network.close();
        }
        arena.close();
    }

    /** Replaces the transport by one with other options or another handler. */
    void reopen(final TransportOptions options, final ContractHandler newHandler) {
        transport.close();
        handler = newHandler;
        transport = network.open(options, newHandler);
    }

    /** Listens on a free port. */
    InetSocketAddress listen() {
        return transport.localAddress(transport.listen(network.anyAddress(), ListenOptions.DEFAULT));
    }

    /** Waits for the n-th accepted connection. */
    Seen accepted(final int index) {
        pump(() -> handler.accepted().size() > index, "accepting");
        return handler.accepted().get(index);
    }

    /** Asks for a close and takes note, so that the handler refuses any other event. */
    void close(final Seen seen) {
        seen.closeAsked = true;
        transport.close(seen.id);
    }

    /** Writes one part and flushes. */
    void send(final Seen seen, final MemorySegment bytes) {
        transport.write(seen.id, bytes, 0, bytes.byteSize());
        transport.flush(seen.id);
    }

    /** Polls until something has happened. */
    void pump(final BooleanSupplier done, final String what) {
        final long start = System.nanoTime();
        while (!done.getAsBoolean()) {
            if (System.nanoTime() - start > PATIENCE_NANOS) {
                fail("waited in vain for " + what + "; " + transport.description());
            }
            poll(MILLI);
        }
    }

    /** Polls for a while, for what must not happen; often enough also where the machine pauses for all that time. */
    void pumpFor(final long nanos) {
        final long start = network.nanoTime();
        for (int polls = 0; polls < LEAST_POLLS || network.nanoTime() - start < nanos; polls++) {
            poll(MILLI);
        }
    }

    int poll(final long timeoutNanos) {
        handler.polling(true);
        try {
            return transport.poll(timeoutNanos);
        } finally {
            handler.polling(false);
        }
    }

    /** Writes everything at the peer, polling in between. */
    void writeFully(final ContractPeer peer, final byte[] bytes) {
        final int[] count = new int[1];
        pump(() -> {
            final int written = peer.write(bytes, count[0], bytes.length - count[0]);
            assertTrue(written >= 0, "the peer's connection was reset");
            count[0] += written;
            return count[0] == bytes.length;
        }, "the peer's write");
    }

    /** Reads so many bytes at the peer, polling in between. */
    byte[] readExactly(final ContractPeer peer, final int length) {
        final byte[] into = new byte[length];
        final int[] count = new int[1];
        pump(() -> {
            if (count[0] < length) {
                final int read = peer.read(into, count[0], length - count[0]);
                assertTrue(read >= 0, "the stream ended after " + count[0] + " of " + length + " bytes");
                count[0] += read;
            }
            return count[0] == length;
        }, length + " bytes at the peer");
        return into;
    }

    /** Waits for the end or reset at the peer, which must come without further bytes. */
    int readEnd(final ContractPeer peer) {
        final int[] end = new int[1];
        final byte[] one = new byte[1];
        pump(() -> {
            end[0] = peer.read(one, 0, 1);
            assertTrue(end[0] <= 0, "a byte came instead of the end");
            return end[0] < 0;
        }, "the end of the stream at the peer");
        return end[0];
    }

    MemorySegment nativeCopy(final byte[] bytes) {
        final MemorySegment segment = arena.allocate(bytes.length);
        MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return segment;
    }

    static byte[] randomBytes(final long seed, final int length) {
        final byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
