package io.ouli.engine.transport;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BiFunction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Two transports that talk at random: connections come and go, are paused, half closed and closed in
 * the middle of sends. Every byte of a connection is a function of its number and position, so every receiver knows
 * what must come.
 */
final class RandomWorkload {
    private static final TransportOptions OPTIONS = TransportOptions.DEFAULT.withMaxConnections(8);
    private static final int MOST_BYTES = 20_000;
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    private final SplittableRandom random;
    private final Side client = new Side();
    private final Side server = new Side();
    private final InetSocketAddress address;

    /**
     * Opens both transports.
     *
     * @param seed decides every step.
     */
    RandomWorkload(final long seed, final BiFunction<TransportOptions, TransportHandler, Transport> opener) {
        random = new SplittableRandom(~seed);
        client.transport = opener.apply(OPTIONS, client);
        server.transport = opener.apply(OPTIONS, server);
        address = server.transport.localAddress(server.transport.listen(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), ListenOptions.DEFAULT));
    }

    /** Returns how many bytes both sides have received. */
    long bytesReceived() {
        return client.received + server.received;
    }

    /** Runs some random steps, then closes everything and checks that nothing is left. */
    void run(final int steps) {
        for (int i = 0; i < steps; i++) {
            if (random.nextInt(4) == 0 && client.transport.connectionCount() < OPTIONS.maxConnections()) {
                client.start(client.transport.connect(address), false);
            }
            client.step();
            server.step();
            client.poll();
            server.poll();
        }
        final long start = System.nanoTime();
        while (client.transport.connectionCount() + server.transport.connectionCount() > 0) {
            client.closeAll();
            server.closeAll();
            client.poll();
            server.poll();
            assertTrue(System.nanoTime() - start < PATIENCE_NANOS, "connections are left for ever");
        }
        assertTrue(client.open.isEmpty() && server.open.isEmpty());
        client.transport.close();
        server.transport.close();
        client.arena.close();
        server.arena.close();
    }

    /** What one side knows of a connection. */
    private static final class Link {
        boolean connected;
        boolean closing;
        boolean ended;
        boolean finished;
        boolean sending;
        long sent;
        long inFlight;
        long received;
    }

    /** One transport and its handler. */
    private final class Side implements TransportHandler {
        final Map<Integer, Link> open = new HashMap<>();
        final Arena arena = Arena.ofShared();
        final MemorySegment out = pattern(arena);
        Transport transport;
        long received;
        private boolean polling;

        void start(final int connection, final boolean connected) {
            final Link link = new Link();
            link.connected = connected;
            assertNull(open.put(connection, link), "an id was handed out twice");
        }

        void poll() {
            polling = true;
            transport.poll(random.nextInt(1_000_000));
            polling = false;
        }

        void step() {
            for (final Map.Entry<Integer, Link> entry : open.entrySet()) {
                step(entry.getKey(), entry.getValue());
            }
        }

        private void step(final int id, final Link link) {
            final int choice = random.nextInt(100);
            if (choice < 2) {
                link.closing = true;
                transport.close(id);
            } else if (choice < 10) {
                transport.pauseReceive(id);
            } else if (choice < 40) {
                transport.resumeReceive(id);
            } else if (choice < 70 && link.connected && !link.sending && !link.finished) {
                send(id, link);
            } else if (choice < 73 && link.connected) {
                link.finished = true;
                transport.shutdownOutput(id);
            }
        }

        private void send(final int id, final Link link) {
            final int parts = 1 + random.nextInt(4);
            for (int i = 0; i < parts; i++) {
                final int length = 1 + random.nextInt(MOST_BYTES / 4);
                transport.write(id, out, (link.sent + link.inFlight) % 251, length);
                link.inFlight += length;
            }
            transport.flush(id);
            link.sending = true;
        }

        void closeAll() {
            for (final Map.Entry<Integer, Link> entry : open.entrySet()) {
                entry.getValue().closing = true;
                transport.close(entry.getKey());
            }
        }

        private Link link(final int connection) {
            assertTrue(polling, "called back outside poll");
            final Link link = open.get(connection);
            assertNotNull(link, "an event for an id that is not open");
            assertFalse(link.closing, "an event after close");
            return link;
        }

        @Override
        public void onAccepted(final int listener, final int connection) {
            start(connection, true);
        }

        @Override
        public void onConnected(final int connection) {
            link(connection).connected = true;
        }

        @Override
        public void onReceived(final int connection, final MemorySegment data, final long offset, final int length) {
            final Link link = link(connection);
            assertFalse(link.ended, "bytes after the end");
            for (int i = 0; i < length; i++) {
                final byte expected = (byte) ((link.received + i) % 251);
                assertEquals(expected, data.get(ValueLayout.JAVA_BYTE, offset + i), "a byte is wrong");
            }
            link.received += length;
            received += length;
        }

        @Override
        public void onReceiveEnd(final int connection) {
            final Link link = link(connection);
            assertFalse(link.ended, "ended twice");
            link.ended = true;
        }

        @Override
        public void onSent(final int connection) {
            final Link link = link(connection);
            assertTrue(link.sending, "onSent without a send");
            link.sending = false;
            link.sent += link.inFlight;
            link.inFlight = 0;
        }

        @Override
        public void onClosed(final int connection, final int cause) {
            assertTrue(polling, "called back outside poll");
            final Link link = open.remove(connection);
            assertNotNull(link, "closed twice");
            assertTrue(link.closing || cause != 0, "closed without a cause");
        }

        @Override
        public void onWakeup() {
            throw new AssertionError("nobody called wakeup");
        }

        private static MemorySegment pattern(final Arena arena) {
            final MemorySegment segment = arena.allocate(MOST_BYTES);
            for (int i = 0; i < MOST_BYTES; i++) {
                segment.set(ValueLayout.JAVA_BYTE, i, (byte) (i % 251));
            }
            return segment;
        }
    }
}
