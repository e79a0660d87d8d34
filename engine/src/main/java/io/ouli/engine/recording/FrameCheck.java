package io.ouli.engine.recording;

import io.ouli.engine.core.LazyLogger;
import io.ouli.engine.memory.FileCutException;
import io.ouli.engine.memory.GuardedCopy;
import io.ouli.engine.memory.OffHeap;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** Checks the frames of a mapped recording, each the first time that it is used, and remembers it outside the heap. */
final class FrameCheck {
    private static final System.Logger LOG = new LazyLogger("io.ouli.recording");

    private static final int PAGE_BYTES = 4_096;

    private final Path path;
    private final MemorySegment file;
    private final int tag;
    private final Index index;
    private final Bitmap sound;
    private final Bitmap damaged;
    /** Up to where the file is known to be there; all of it, until somebody has cut it. */
    private volatile long readableBytes = Long.MAX_VALUE;

    FrameCheck(final Path path, final MemorySegment file, final int tag, final Index index, final OffHeap memory) {
        this.path = path;
        this.file = file;
        this.tag = tag;
        this.index = index;
        sound = new Bitmap(memory, index.capacity());
        damaged = new Bitmap(memory, index.capacity());
    }

    /** Takes over what a scan found out, which has read every byte of every frame. */
    void markScanned() {
        for (long slot = 0; slot < index.capacity(); slot++) {
            if (index.isUsable(slot)) {
                final int flags = index.memory().get(Le.SHORT, Index.at(slot) + IndexLayout.FLAGS);
                ((flags & FrameFlags.DAMAGED) == 0 ? sound : damaged).set(slot);
            }
        }
    }

    /** {@return whether a frame was found sound, and nobody has cut the file since} */
    boolean isSound(final long slot) {
        return sound.get(slot) && isThere(slot);
    }

    /**
     * {@return whether the frame is still in the file: a page whose end was cut off reads as zeros and raises no fault,
     * in Java or in the kernel} The last page of the mapping does; so it may where the disk cannot read that page.
     */
    boolean isThere(final long slot) {
        if (readableBytes == Long.MAX_VALUE
                && (isPageThere(file.byteSize() - 1) || !MappedFault.isCut(path, file.byteSize()))) {
            return true;
        }
        return isBeforeCut(slot);
    }

    private boolean isPageThere(final long offset) {
        try {
            GuardedCopy.touch(file, offset);
            return true;
        } catch (final FileCutException e) {
            return false;
        }
    }

    private boolean isBeforeCut(final long slot) {
        if (readableBytes == Long.MAX_VALUE) {
            findCut();
        }
        final long entry = Index.at(slot);
        final long request = index.memory().get(Le.INT, entry + IndexLayout.REQUEST_LENGTH);
        final long response = index.memory().get(Le.INT, entry + IndexLayout.RESPONSE_LENGTH);
        return index.memory().get(Le.LONG, entry + IndexLayout.OFFSET) + FrameHeader.BYTES + request + response
                <= readableBytes;
    }

    /** Finds the last page that is there. Its end may be gone, so it counts as gone. */
    private synchronized void findCut() {
        if (readableBytes != Long.MAX_VALUE) {
            return;
        }
        long low = 0;
        long high = (file.byteSize() - 1) / PAGE_BYTES;
        while (low < high) {
            final long middle = (low + high) >>> 1;
            if (isPageThere(middle * PAGE_BYTES)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        readableBytes = Math.max(0, (low - 1) * PAGE_BYTES);
        LOG.log(Level.ERROR, path + ": the file was cut while it was open; what lay behind offset " + readableBytes
                + " is not replayed; restore it and start again");
    }

    /** Checks a frame, unless it is known to be damaged. */
    boolean check(final long slot) {
        if (damaged.get(slot) || !isThere(slot)) {
            return false;
        }
        return conclude(slot, problem(slot));
    }

    /**
     * Remembers what a check of a frame has found.
     *
     * @return whether it is sound.
     */
    boolean conclude(final long slot, final String problem) {
        if (problem == null) {
            sound.set(slot);
            return true;
        }
        damaged.set(slot);
        final String first = problem.equals(MappedFault.UNREADABLE) ? "check the disk and the system's log, then " : "";
        LOG.log(Level.WARNING, path + " at offset " + offset(slot) + ": " + problem
                + "; the interaction is not replayed, " + first + "run ouli recover");
        return false;
    }

    boolean isKnownToBeSound(final long slot) {
        return sound.get(slot);
    }

    boolean isKnownToBeDamaged(final long slot) {
        return damaged.get(slot);
    }

    private long offset(final long slot) {
        return index.memory().get(Le.LONG, Index.at(slot) + IndexLayout.OFFSET);
    }

    /** {@return what is wrong with a slot's frame, or null} */
    String problem(final long slot) {
        try {
            return mappedProblem(slot);
        } catch (final FileCutException e) {
            return MappedFault.problem(path, file.byteSize());
        }
    }

    private String mappedProblem(final long slot) {
        final String misplaced = placeProblem(slot);
        if (misplaced != null) {
            return misplaced;
        }
        final long offset = offset(slot);
        final MemorySegment header = MemorySegment.ofArray(new byte[FrameHeader.BYTES]);
        GuardedCopy.copy(file, offset, header, 0, FrameHeader.BYTES);
        final String problem = headerProblem(slot, header);
        if (problem != null) {
            return problem;
        }
        final long payload = header.get(Le.LONG, FrameHeader.LENGTH) - FrameHeader.BYTES;
        final int actual = Checksums.local().of(file, offset + FrameHeader.BYTES, payload);
        return actual == header.get(Le.INT, FrameHeader.PAYLOAD_CRC) ? null : "the interaction fails its checksum";
    }

    /** {@return what is wrong with where the index says that a frame is, or null} */
    String placeProblem(final long slot) {
        final long offset = offset(slot);
        return offset < FileHeader.BYTES || offset % FrameHeader.ALIGNMENT != 0
                || offset > file.byteSize() - FrameHeader.BYTES ? "the index points outside the file" : null;
    }

    /** {@return what is wrong with a frame's first 128 bytes, a copy of which is given, or null} */
    String headerProblem(final long slot, final MemorySegment header) {
        final String problem =
                FrameHeader.problem(header, 0, offset(slot), file.byteSize(), tag, Checksums.local());
        if (problem != null) {
            return problem;
        }
        return matches(header, index.memory(), Index.at(slot)) ? null : "the frame is not the one that the index means";
    }

    private static boolean matches(final MemorySegment header, final MemorySegment entries, final long entry) {
        boolean same = header.get(Le.BYTE, FrameHeader.TYPE) == FrameHeader.TYPE_INTERACTION
                && header.get(Le.INT, FrameHeader.REQUEST_LENGTH)
                        == entries.get(Le.INT, entry + IndexLayout.REQUEST_LENGTH)
                && header.get(Le.INT, FrameHeader.RESPONSE_LENGTH)
                        == entries.get(Le.INT, entry + IndexLayout.RESPONSE_LENGTH)
                && header.get(Le.INT, FrameHeader.SEQUENCE) == entries.get(Le.INT, entry + IndexLayout.SEQUENCE)
                && header.get(Le.SHORT, FrameHeader.STATUS) == entries.get(Le.SHORT, entry + IndexLayout.STATUS)
                && ((header.get(Le.SHORT, FrameHeader.FLAGS) ^ entries.get(Le.SHORT, entry + IndexLayout.FLAGS))
                        & FrameFlags.FRAME_MASK) == 0;
        for (long i = 0; i < FrameHeader.KEY_BYTES; i += Long.BYTES) {
            same &= header.get(Le.LONG, FrameHeader.KEY + i) == entries.get(Le.LONG, entry + i);
        }
        return same;
    }
}
