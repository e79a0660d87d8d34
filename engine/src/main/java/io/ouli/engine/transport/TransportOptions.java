package io.ouli.engine.transport;

import io.ouli.engine.Limits;

/**
 * How a transport is set up.
 *
 * @param choice             which implementation to take.
 * @param choiceReason       why it is taken if it is NIO, for the line that says so at the start.
 * @param maxConnections     connections open at once, 1 to 1,048,576; the next one is accepted and closed at once.
 * @param receiveBufferCount receive buffers that all connections of a transport share, a power of two up to 32,768.
 *                           NIO needs only one and ignores it.
 * @param receiveBufferBytes size of each, 512 to 1 MiB; the most that one onReceived delivers.
 * @param sendQuantumBytes   the most that one connection sends before the others get their turn, at least 4 KiB.
 * @param spinNanos          how long poll looks without sleeping before it sleeps; {@link #BUSY_POLL} never sleeps.
 */
public record TransportOptions(
        TransportChoice choice,
        String choiceReason,
        int maxConnections,
        int receiveBufferCount,
        int receiveBufferBytes,
        int sendQuantumBytes,
        long spinNanos) {
    /** For {@link #spinNanos}: poll never sleeps; lowest latency, one whole core. */
    public static final long BUSY_POLL = Long.MAX_VALUE;

    private static final String AS_ASKED_FOR = "as asked for";

    /** Automatic choice, {@link Limits#MAX_CONNECTIONS}, 512 buffers of 4 KiB, 256 KiB a turn, no spinning. */
    public static final TransportOptions DEFAULT =
            new TransportOptions(TransportChoice.AUTO, AS_ASKED_FOR, Limits.MAX_CONNECTIONS, 512, 4_096, 256 << 10, 0);

    private static final int MOST_CONNECTIONS = 1 << 20;
    private static final int MOST_BUFFERS = 1 << 15;
    private static final int LEAST_BUFFER_BYTES = 512;
    private static final int MOST_BUFFER_BYTES = 1 << 20;
    private static final int LEAST_QUANTUM = 4_096;

    /** Checks every value; a {@link TransportException} names the one that is out of range. */
    public TransportOptions {
        if (choice == null) {
            throw new TransportException("the transport's choice is missing; choose auto, io_uring or nio");
        }
        check("maxConnections", maxConnections, 1, MOST_CONNECTIONS);
        check("receiveBufferCount", receiveBufferCount, 1, MOST_BUFFERS);
        if (Integer.bitCount(receiveBufferCount) != 1) {
            throw new TransportException("receiveBufferCount " + receiveBufferCount + " is not a power of two");
        }
        check("receiveBufferBytes", receiveBufferBytes, LEAST_BUFFER_BYTES, MOST_BUFFER_BYTES);
        check("sendQuantumBytes", sendQuantumBytes, LEAST_QUANTUM, Integer.MAX_VALUE);
        check("spinNanos", spinNanos, 0, BUSY_POLL);
    }

    /** {@return these options with another choice, which the user has made} */
    public TransportOptions withChoice(final TransportChoice value) {
        return withChoice(value, AS_ASKED_FOR);
    }

    /** {@return these options with another choice, which was made for the user} */
    public TransportOptions withChoice(final TransportChoice value, final String reason) {
        return new TransportOptions(value, reason, maxConnections, receiveBufferCount, receiveBufferBytes,
                sendQuantumBytes, spinNanos);
    }

    /** {@return these options with another connection limit} */
    public TransportOptions withMaxConnections(final int value) {
        return new TransportOptions(choice, choiceReason, value, receiveBufferCount, receiveBufferBytes,
                sendQuantumBytes, spinNanos);
    }

    /** {@return these options with other receive buffers} */
    public TransportOptions withReceiveBuffers(final int count, final int bytes) {
        return new TransportOptions(choice, choiceReason, maxConnections, count, bytes, sendQuantumBytes, spinNanos);
    }

    /** {@return these options with another fairness quantum} */
    public TransportOptions withSendQuantumBytes(final int value) {
        return new TransportOptions(choice, choiceReason, maxConnections, receiveBufferCount, receiveBufferBytes, value,
                spinNanos);
    }

    /** {@return these options with another spinning time} */
    public TransportOptions withSpinNanos(final long value) {
        return new TransportOptions(choice, choiceReason, maxConnections, receiveBufferCount, receiveBufferBytes,
                sendQuantumBytes, value);
    }

    private static void check(final String name, final long value, final long least, final long most) {
        if (value < least || value > most) {
            throw new TransportException(name + " " + value + " is out of range; choose " + least + " to " + most);
        }
    }
}
