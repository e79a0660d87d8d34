package io.ouli.engine.transport.sim;

import io.ouli.engine.transport.SendParts;
import java.lang.foreign.MemorySegment;
import java.util.zip.CRC32C;

/** Remembers the bytes of a send from flush to its end, to catch a caller that changes or frees them too early. */
final class SendWatch {
    private final MemorySegment[] slices;
    private final long checksum;

    SendWatch(final SendParts parts) {
        slices = new MemorySegment[parts.end() - parts.first()];
        for (int i = 0; i < slices.length; i++) {
            final int part = parts.first() + i;
            slices[i] = parts.base(part).asSlice(parts.offset(part), parts.length(part));
        }
        checksum = checksum();
    }

    /** Throws if the bytes are no longer what they were. */
    void check(final int connection, final SimNetwork network) {
        final long now;
        try {
            now = checksum();
        } catch (final IllegalStateException e) {
            throw new IllegalStateException("connection " + connection
                    + ": memory given to write was freed before onSent or onClosed; " + network, e);
        }
        if (now != checksum) {
            throw new IllegalStateException("connection " + connection
                    + ": bytes given to write were changed before onSent or onClosed; " + network);
        }
    }

    private long checksum() {
        final CRC32C crc = new CRC32C();
        final long window = 1L << 30;
        for (final MemorySegment slice : slices) {
            for (long at = 0; at < slice.byteSize(); at += window) {
                crc.update(slice.asSlice(at, Math.min(window, slice.byteSize() - at)).asByteBuffer());
            }
        }
        return crc.getValue();
    }
}
