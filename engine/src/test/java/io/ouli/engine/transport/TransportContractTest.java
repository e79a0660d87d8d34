package io.ouli.engine.transport;

import io.ouli.engine.transport.ContractHandler.Seen;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

/** What every transport must do; one subclass for each implementation and for each of its kill switches. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
abstract class TransportContractTest {
    static final TransportOptions OPTIONS = TransportOptions.DEFAULT.withMaxConnections(64);
    private static final long PATIENCE_NANOS = 20_000_000_000L;

    final ContractHandler handler = new ContractHandler();
    final Arena arena = Arena.ofShared();
    ContractNetwork network;
    Transport transport;

    /** Returns the network whose transports are under test. */
    abstract ContractNetwork network();

    @BeforeEach
    void openTransport() {
        network = network();
        transport = network.open(OPTIONS, handler);
    }

    @AfterEach
    void closeTransport() {
        network.close();
        arena.close();
    }

    @Test
    void shouldEchoWhatItReceives() {
        final ContractPeer peer = network.connect(listen());
        final Seen seen = accepted(0);
        for (int round = 1; round <= 3; round++) {
            final byte[] message = ("hello " + round).getBytes(StandardCharsets.US_ASCII);
            assertEquals(message.length, peer.write(message, 0, message.length));
            final long expected = seen.receivedBytes + message.length;
            pump(() -> seen.receivedBytes == expected, "receiving");
            final byte[] received = seen.bytes();
            final MemorySegment copy = nativeCopy(received);
            transport.write(seen.id, copy, received.length - message.length, message.length);
            transport.flush(seen.id);
            assertArrayEquals(message, readExactly(peer, message.length));
            final int sends = round;
            pump(() -> seen.sent == sends, "onSent");
        }
    }

    InetSocketAddress listen() {
        return transport.localAddress(transport.listen(network.anyAddress(), ListenOptions.DEFAULT));
    }

    /** Waits for the n-th accepted connection. */
    Seen accepted(final int index) {
        pump(() -> handler.accepted().size() > index, "accepting");
        return handler.accepted().get(index);
    }

    /** Polls until something has happened. */
    void pump(final BooleanSupplier done, final String what) {
        final long start = System.nanoTime();
        while (!done.getAsBoolean()) {
            if (System.nanoTime() - start > PATIENCE_NANOS) {
                fail("waited in vain for " + what + "; " + transport.description());
            }
            poll(1_000_000);
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

    byte[] readExactly(final ContractPeer peer, final int length) {
        final byte[] into = new byte[length];
        final int[] count = new int[1];
        pump(() -> {
            final int read = peer.read(into, count[0], length - count[0]);
            assertTrue(read >= 0, "the stream ended after " + count[0] + " of " + length + " bytes");
            count[0] += read;
            return count[0] == length;
        }, length + " bytes at the peer");
        return into;
    }

    MemorySegment nativeCopy(final byte[] bytes) {
        final MemorySegment segment = arena.allocate(bytes.length);
        MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return segment;
    }
}
