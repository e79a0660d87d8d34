package io.ouli.engine.recording;

import io.ouli.engine.recording.storage.StorageFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.BitSet;

/**
 * A file of which a failing disk reads only parts: the others read as zeros, which pass no checksum, and are
 * remembered. For who looks at all of a recording to tell or to save what is left of it. Whoever goes on with a file
 * must not use this: what cannot be read now may be there at the next attempt, and is not torn.
 */
final class ReadableParts implements StorageFile {
    /** What the disk's remaining parts are told apart by: as much as the kernel reads at least. */
    private static final int PART_BYTES = 4_096;

    private final StorageFile file;
    private final long from;
    private final BitSet unreadable = new BitSet();

    /** @param from where reading begins to be tolerant; a read that begins before is whole, or an error. */
    ReadableParts(final StorageFile file, final long from) {
        this.file = file;
        this.from = from;
    }

    /** {@return whether one of some bytes could not be read, as far as they have been asked for} */
    boolean isUnreadable(final long offset, final long length) {
        final int first = part(offset);
        final int next = unreadable.nextSetBit(first);
        return next >= 0 && next <= part(offset + Math.max(1, length) - 1);
    }

    /** {@return whether anything could not be read so far} */
    boolean isAnythingUnreadable() {
        return !unreadable.isEmpty();
    }

    private static int part(final long offset) {
        return (int) (offset / PART_BYTES);
    }

    @Override
    public long read(final long position, final MemorySegment target, final long targetOffset, final long length)
            throws IOException {
        try {
            return file.read(position, target, targetOffset, length);
        } catch (final IOException e) {
            if (position < from || !RecordingErrors.isOfTheDisk(e)) {
                throw e;
            }
            return readParts(position, target, targetOffset, length);
        }
    }

    private long readParts(
            final long position, final MemorySegment target, final long targetOffset, final long length)
            throws IOException {
        final long end = Math.min(position + length, file.size());
        for (long at = position; at < end;) {
            final long next = Math.min(end, (at / PART_BYTES + 1) * PART_BYTES);
            try {
                if (file.read(at, target, targetOffset + at - position, next - at) < next - at) {
                    return at - position; // Cut meanwhile.
                }
            } catch (final IOException e) {
                if (!RecordingErrors.isOfTheDisk(e)) {
                    throw e;
                }
                target.asSlice(targetOffset + at - position, next - at).fill((byte) 0);
                unreadable.set(part(at));
            }
            at = next;
        }
        return Math.max(0, end - position);
    }

    @Override
    public long size() throws IOException {
        return file.size();
    }

    @Override
    public void write(final long position, final MemorySegment source, final long sourceOffset, final long length)
            throws IOException {
        file.write(position, source, sourceOffset, length);
    }

    @Override
    public void truncate(final long size) throws IOException {
        file.truncate(size);
    }

    @Override
    public void sync(final boolean metadata) throws IOException {
        file.sync(metadata);
    }

    @Override
    public MemorySegment map(final Arena arena, final long length) throws IOException {
        return file.map(arena, length);
    }

    @Override
    public boolean isNamed(final Path path) throws IOException {
        return file.isNamed(path);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
