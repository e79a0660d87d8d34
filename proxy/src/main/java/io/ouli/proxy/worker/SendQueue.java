package io.ouli.proxy.worker;

import io.ouli.engine.http.HeadWriter;
import io.ouli.engine.transport.Transport;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Bytes on their way to one socket, copied into pooled native buffers: some in flight, the others waiting for the next
 * send.
 */
public final class SendQueue {
    private final NativeBufferPool pool;
    private NativeBuffer first;
    private NativeBuffer last;
    private long waitingBytes;
    private NativeBuffer firstInFlight;
    private NativeBuffer lastInFlight;

    /** Creates an empty queue. */
    public SendQueue(final NativeBufferPool pool) {
        this.pool = pool;
    }

    /** {@return how many bytes wait; those in flight are not counted} */
    public long waitingBytes() {
        return waitingBytes;
    }

    /** {@return whether nothing waits} */
    public boolean isEmpty() {
        return first == null;
    }

    /** Adds bytes of an array. */
    public void add(final byte[] source, final int offset, final int length) {
        int at = offset;
        final int end = offset + length;
        while (at < end) {
            final NativeBuffer buffer = room();
            final int part = Math.min(buffer.free(), end - at);
            MemorySegment.copy(source, at, buffer.segment, ValueLayout.JAVA_BYTE, buffer.length, part);
            buffer.length += part;
            at += part;
        }
        waitingBytes += length;
    }

    /** Adds bytes of a segment. */
    public void add(final MemorySegment source, final long offset, final long length) {
        long at = offset;
        final long end = offset + length;
        while (at < end) {
            final NativeBuffer buffer = room();
            final int part = (int) Math.min(buffer.free(), end - at);
            MemorySegment.copy(source, at, buffer.segment, buffer.length, part);
            buffer.length += part;
            at += part;
        }
        waitingBytes += length;
    }

    /** Adds all of an array. */
    public void add(final byte[] source) {
        add(source, 0, source.length);
    }

    /** Adds what was written. */
    public void add(final HeadWriter written) {
        add(written.bytes(), 0, written.length());
    }

    /**
     * Hands waiting bytes to a transport's next send; they are in flight then.
     *
     * @param mostParts how many parts it may still take.
     * @return how many it was given.
     */
    public int writeTo(final Transport transport, final int connection, final int mostParts) {
        int parts = 0;
        while (first != null && parts < mostParts) {
            final NativeBuffer buffer = first;
            first = buffer.next;
            buffer.next = null;
            if (first == null) {
                last = null;
            }
            if (lastInFlight == null) {
                firstInFlight = buffer;
            } else {
                lastInFlight.next = buffer;
            }
            lastInFlight = buffer;
            waitingBytes -= buffer.length;
            transport.write(connection, buffer.segment, 0, buffer.length);
            parts++;
        }
        return parts;
    }

    /** Gives the buffers in flight back to the pool: the transport has sent them, or the connection is gone. */
    public void sent() {
        release(firstInFlight);
        firstInFlight = null;
        lastInFlight = null;
    }

    /** Forgets what waits. */
    public void clear() {
        release(first);
        first = null;
        last = null;
        waitingBytes = 0;
    }

    private NativeBuffer room() {
        if (last == null) {
            first = pool.take();
            last = first;
        } else if (last.free() == 0) {
            last.next = pool.take();
            last = last.next;
        }
        return last;
    }

    private void release(final NativeBuffer from) {
        NativeBuffer buffer = from;
        while (buffer != null) {
            final NativeBuffer following = buffer.next;
            pool.release(buffer);
            buffer = following;
        }
    }
}
