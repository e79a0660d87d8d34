package io.ouli.engine.recording;

import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** Checks the frames of a mapped recording, each the first time that it is used, and remembers it outside the heap. */
final class FrameCheck {
    private static final System.Logger LOG = System.getLogger("io.ouli.recording");

    private final Path path;
    private final MemorySegment file;
    private final int tag;
    private final Index index;
    private final Bitmap sound;
    private final Bitmap damaged;
    private volatile boolean truncationReported;

    FrameCheck(final Path path, final MemorySegment file, final int tag, final Index index, final Arena arena) {
        this.path = path;
        this.file = file;
        this.tag = tag;
        this.index = index;
        sound = new Bitmap(arena, index.capacity());
        damaged = new Bitmap(arena, index.capacity());
    }

    /** Takes over what a scan found out, which has read every byte of every frame. */
    void markScanned() {
        for (long slot = 0; slot < index.capacity(); slot++) {
            if (index.isUsable(slot)) {
                final int flags = index.memory().get(Le.SHORT, index.at(slot) + IndexLayout.FLAGS);
                ((flags & FrameFlags.DAMAGED) == 0 ? sound : damaged).set(slot);
            }
        }
    }

    boolean isSound(final long slot) {
        return sound.get(slot);
    }

    /** Checks a frame, unless it is known to be damaged. */
    boolean check(final long slot) {
        if (damaged.get(slot)) {
            return false;
        }
        final String problem = problem(slot);
        if (problem == null) {
            sound.set(slot);
            return true;
        }
        damaged.set(slot);
        final long offset = index.memory().get(Le.LONG, index.at(slot) + IndexLayout.OFFSET);
        LOG.log(Level.WARNING, path + " at offset " + offset + ": " + problem
                + "; the interaction is not replayed, run ouli recover");
        return false;
    }

    /** Returns what is wrong with a slot's frame, or null. */
    String problem(final long slot) {
        try {
            return mappedProblem(slot);
        } catch (final InternalError e) {
            reportTruncation(e);
            return "the file was cut while it was open";
        }
    }

    private String mappedProblem(final long slot) {
        final MemorySegment entries = index.memory();
        final long entry = index.at(slot);
        final long offset = entries.get(Le.LONG, entry + IndexLayout.OFFSET);
        if (offset < FileHeader.BYTES || offset % FrameHeader.ALIGNMENT != 0
                || offset > file.byteSize() - FrameHeader.BYTES) {
            return "the index points outside the file";
        }
        final MemorySegment header = MemorySegment.ofArray(new byte[FrameHeader.BYTES]);
        MemorySegment.copy(file, offset, header, 0, FrameHeader.BYTES);
        final String problem = FrameHeader.problem(header, 0, offset, file.byteSize(), tag, Checksums.local());
        if (problem != null) {
            return problem;
        }
        if (!matches(header, entries, entry)) {
            return "the frame is not the one that the index means";
        }
        final long payload = header.get(Le.LONG, FrameHeader.LENGTH) - FrameHeader.BYTES;
        final int actual = Checksums.local().of(file, offset + FrameHeader.BYTES, payload);
        return actual == header.get(Le.INT, FrameHeader.PAYLOAD_CRC) ? null : "the interaction fails its checksum";
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

    /** Says once that the file was cut; it may come as often as there are requests. */
    void reportTruncation(final InternalError e) {
        if (!truncationReported) {
            truncationReported = true;
            LOG.log(Level.ERROR, path + ": the file was cut while it was open; restore it and open it again", e);
        }
    }
}
