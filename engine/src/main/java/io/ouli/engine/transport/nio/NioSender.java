package io.ouli.engine.transport.nio;

import io.ouli.engine.memory.FileCutException;
import io.ouli.engine.memory.GuardedCopy;
import io.ouli.engine.transport.SendParts;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/**
 * Writes the parts of a send without garbage: small parts are copied side by side into one staging buffer and go out
 * with one system call, large ones go out from where they lie.
 *
 * <p>NIO's gathering write is avoided: for each buffer that belongs to an arena it makes two objects. A part beyond the
 * staging limit costs the kernel more than the system call that it gets for itself.
 */
final class NioSender {
    private static final int STAGED_PART_BYTES = 8 << 10;
    private static final int STAGING_BYTES = 64 << 10;

    private final ByteBuffer staging = ByteBuffer.allocateDirect(STAGING_BYTES);
    private final MemorySegment stagingSegment = MemorySegment.ofBuffer(staging);
    private final ViewCache views = new ViewCache();
    private boolean stopped;

    /**
     * Writes until the kernel takes no more, the parts are sent or the quantum is used up.
     *
     * @param parts   advanced by what the kernel took.
     * @param quantum the most bytes to write.
     * @return the bytes that the kernel took.
     * @throws IOException if it took none: the peer is gone, or a part is a file that was cut under its mapping.
     */
    long send(final WritableByteChannel channel, final SendParts parts, final long quantum) throws IOException {
        long total = 0;
        stopped = false;
        while (parts.remaining() > 0 && total < quantum && !stopped) {
            final ByteBuffer next = next(parts, quantum - total);
            final int offered = next.remaining();
            final int sent = channel.write(next);
            parts.advance(sent);
            total += sent;
            stopped = sent < offered;
        }
        return total;
    }

    /** {@return whether the last {@link #send} ended because the kernel took less than was offered} */
    boolean wasShort() {
        return stopped;
    }

    private ByteBuffer next(final SendParts parts, final long quantum) throws IOException {
        int part = parts.first();
        long length = Math.min(parts.length(part), quantum);
        if (length > STAGED_PART_BYTES) {
            return views.view(parts.base(part), parts.offset(part), length);
        }
        int staged = 0;
        while (length <= STAGED_PART_BYTES && staged + length <= STAGING_BYTES) {
            stage(parts.base(part), parts.offset(part), staged, length);
            staged += (int) length;
            part++;
            if (part == parts.end() || staged == quantum) {
                break;
            }
            length = Math.min(parts.length(part), quantum - staged);
        }
        return staging.clear().limit(staged);
    }

    private void stage(final MemorySegment base, final long offset, final int at, final long length)
            throws IOException {
        try {
            GuardedCopy.copy(base, offset, stagingSegment, at, length);
        } catch (final FileCutException e) {
            throw new IOException("Bad address", e); // What the kernel says of a large part.
        }
    }
}
