package io.ouli.engine.transport;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Writes down what a transport delivers and checks, for every single event, that the contract allows it now. */
class ContractHandler implements TransportHandler {
    /** What is known of one connection. */
    static final class Seen {
        final int id;
        final boolean accepted;
        boolean connected;
        boolean ended;
        boolean closed;
        boolean closeAsked;
        int cause = -1;
        int sent;
        long receivedBytes;
        byte[] received = new byte[256];

        Seen(final int id, final boolean accepted) {
            this.id = id;
            this.accepted = accepted;
            connected = accepted;
        }

        /** Returns a copy of the bytes that came in. */
        byte[] bytes() {
            return Arrays.copyOf(received, (int) receivedBytes);
        }
    }

    final Map<Integer, Seen> open = new HashMap<>();
    final List<Seen> all = new ArrayList<>();
    int wakeups;
    boolean keepBytes = true;
    private boolean polling;

    /** Called by the test around each poll: no event may come outside. */
    void polling(final boolean value) {
        polling = value;
    }

    /** Takes note of a connection that {@link Transport#connect} returned. */
    Seen connecting(final int connection) {
        assertNull(open.get(connection), "id " + connection + " was handed out twice");
        final Seen seen = new Seen(connection, false);
        open.put(connection, seen);
        all.add(seen);
        return seen;
    }

    /** Returns the connections that were accepted, in order. */
    List<Seen> accepted() {
        return all.stream().filter(seen -> seen.accepted).toList();
    }

    @Override
    public void onAccepted(final int listener, final int connection) {
        check();
        assertNull(open.get(connection), "id " + connection + " was handed out twice");
        final Seen seen = new Seen(connection, true);
        open.put(connection, seen);
        all.add(seen);
    }

    @Override
    public void onConnected(final int connection) {
        final Seen seen = alive(connection);
        assertFalse(seen.connected, "connected twice");
        seen.connected = true;
    }

    @Override
    public void onReceived(final int connection, final MemorySegment data, final long offset, final int length) {
        final Seen seen = alive(connection);
        assertTrue(seen.connected, "bytes before the connection stood");
        assertFalse(seen.ended, "bytes after the end");
        assertTrue(length >= 1, "an empty delivery");
        assertTrue(data.isNative(), "heap memory was delivered");
        if (keepBytes) {
            final int end = (int) seen.receivedBytes + length;
            if (end > seen.received.length) {
                seen.received = Arrays.copyOf(seen.received, Math.max(end, seen.received.length * 2));
            }
            MemorySegment.copy(data, ValueLayout.JAVA_BYTE, offset, seen.received, (int) seen.receivedBytes, length);
        }
        seen.receivedBytes += length;
    }

    @Override
    public void onReceiveEnd(final int connection) {
        final Seen seen = alive(connection);
        assertTrue(seen.connected, "the end before the connection stood");
        assertFalse(seen.ended, "ended twice");
        seen.ended = true;
    }

    @Override
    public void onSent(final int connection) {
        alive(connection).sent++;
    }

    @Override
    public void onClosed(final int connection, final int cause) {
        check();
        final Seen seen = open.remove(connection);
        assertNotNull(seen, "onClosed for id " + connection + ", which is not open");
        assertFalse(seen.closed, "closed twice");
        assertTrue(cause >= 0, "a negative cause");
        if (!seen.closeAsked) {
            assertTrue(cause > 0, "closed without cause, though nobody asked");
        }
        seen.closed = true;
        seen.cause = cause;
    }

    @Override
    public void onWakeup() {
        check();
        wakeups++;
    }

    private Seen alive(final int connection) {
        check();
        final Seen seen = open.get(connection);
        assertNotNull(seen, "an event for id " + connection + ", which is not open");
        assertEquals(connection, seen.id);
        assertFalse(seen.closeAsked, "an event after close");
        return seen;
    }

    private void check() {
        assertTrue(polling, "called back outside poll");
    }
}
