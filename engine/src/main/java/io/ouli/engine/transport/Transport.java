package io.ouli.engine.transport;

import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;

/**
 * Stream sockets of one worker, driven by {@link #poll} on the thread that owns it.
 *
 * <p>Connections are small non-negative ints: an index into the caller's own tables. An id is used again only after
 * {@link TransportHandler#onClosed} was delivered for it. Every callback runs inside {@link #poll}, on the owner
 * thread; no method but {@link #wakeup} may be called from another thread. Methods other than {@link #poll} never
 * call back. An exception that a callback throws leaves {@link #poll}; the transport stays usable.
 *
 * <p>A connection may fail between two turns without the caller knowing yet. So whatever is asked of a connection
 * between its end and {@link TransportHandler#onClosed} is quietly ignored; asked of an id that is not open, it is an
 * {@link IllegalArgumentException}; asked before {@link TransportHandler#onConnected}, writing and shutting down are
 * an {@link IllegalStateException}. After {@link #close(int)}, nothing but onClosed follows for that connection.
 *
 * <p>No method on the path of a request allocates.
 */
public interface Transport extends AutoCloseable {
    /** Most parts that one {@link #flush} sends; kernels take 1,024, the latency of one turn asks for far fewer. */
    int MAX_PARTS = 32;

    /** {@return which implementation this is} */
    TransportKind kind();

    /** {@return one line for people: the implementation, its kernel features, and why a faster one was refused} */
    String description();

    /**
     * Starts to accept connections; those beyond the connection limit are accepted and closed at once, and counted.
     *
     * @param address where to listen; port 0 takes a free one.
     * @param options backlog and port sharing.
     * @return the listener's id.
     * @throws TransportException if the address is in use or may not be bound; names the address and the remedy.
     */
    int listen(InetSocketAddress address, ListenOptions options);

    /** {@return the address that a listener is bound to, its port never 0} */
    InetSocketAddress localAddress(int listener);

    /** Stops accepting; connections that were accepted go on. */
    void closeListener(int listener);

    /**
     * Starts to connect. {@link TransportHandler#onConnected} or {@link TransportHandler#onClosed} follows.
     *
     * @return the connection's id.
     * @throws TransportException if the address family is not supported or the table is full.
     */
    int connect(InetSocketAddress address);

    /**
     * Adds one part to the connection's next send. The bytes are not copied: they must stay as they are until
     * {@link TransportHandler#onSent} or {@link TransportHandler#onClosed}.
     *
     * @param base   a native segment; heap segments are refused.
     * @param offset of the first byte in it.
     * @param length in bytes, at least 1.
     * @throws IllegalStateException     if a send is in flight, the output is shut down, or {@link #MAX_PARTS} parts
     *                                   wait already.
     * @throws IllegalArgumentException  if the segment is a heap segment or the length is not positive.
     * @throws IndexOutOfBoundsException if the range is not inside the segment.
     */
    void write(int connection, MemorySegment base, long offset, long length);

    /**
     * Sends all parts in order, as one send. {@link TransportHandler#onSent} follows once, when every byte was taken
     * by the kernel; short sends are carried on inside. One send may be in flight a connection. Where the peer has
     * reset the connection, what it said before is delivered first, unless receiving is paused.
     *
     * @throws IllegalStateException if a send is in flight or no part was written.
     */
    void flush(int connection);

    /**
     * Stops receiving; what the kernel had already received for this connection may still be delivered, no more than
     * the transport's receive buffers hold. While it is paused, the peer's FIN or RST may go unnoticed. Idempotent.
     */
    void pauseReceive(int connection);

    /** Receives again. Idempotent. */
    void resumeReceive(int connection);

    /** Sends FIN after what was flushed; bytes can still be received. Idempotent. */
    void shutdownOutput(int connection);

    /**
     * Closes a connection: cancels what is in flight, then frees the descriptor. {@link TransportHandler#onClosed}
     * follows exactly once, after which the kernel touches no memory given to {@link #write}. What was flushed but not
     * yet taken by the kernel is lost: await {@link TransportHandler#onSent} first. Idempotent.
     */
    void close(int connection);

    /** {@return how many connections are open, closing ones included} */
    int connectionCount();

    /**
     * Runs one turn: submits what is pending, waits, delivers what has completed.
     *
     * @param timeoutNanos 0 to look without waiting; otherwise the longest wait for the first completion. An
     *                     implementation may round it up to a whole millisecond, or return earlier with nothing to
     *                     tell, when it has worked for itself.
     * @return how many events were handled.
     */
    int poll(long timeoutNanos);

    /**
     * Ends a wait in {@link #poll}, or makes the next one return at once; {@link TransportHandler#onWakeup} follows.
     * May be called from any thread.
     */
    void wakeup();

    /** {@return what reads files for this transport's thread without making it wait} */
    FileReads fileReads();

    /** {@return this transport's counters, readable from any thread} */
    TransportCounters counters();

    /**
     * Closes listeners and connections, waits for the kernel to let go of all memory, frees everything. It delivers
     * nothing more. Idempotent.
     */
    @Override
    void close();
}
