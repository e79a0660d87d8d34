package io.ouli.engine.recording;

import io.ouli.engine.ColdReply;
import io.ouli.engine.transport.FileSource;
import java.lang.foreign.MemorySegment;

/**
 * One interaction of a recording that is not resident. The first time, its frame is read whole and checked: if it fits
 * one read, the reply is given out of that; otherwise it is read once more.
 */
final class ColdFrame implements ColdReply {
    /** Room for a short chunk table and padding, whose length the index does not tell. */
    private static final int SLACK_BYTES = 1_024;

    private final Recording recording;
    private final FrameCheck frames;
    private final long slot;
    private final FileSource file;
    private final long replyOffset;
    private final int replyLength;
    private boolean checking;
    private boolean damaged;
    private long position;
    /** Where the frame ends; not known before its header was read. */
    private long frameEnd;
    private int asked;
    private int expectedCrc;
    private Checksums crc;
    private int partOffset;
    private int partLength;

    ColdFrame(final Recording recording, final FrameCheck frames, final long slot, final FileSource file) {
        this.recording = recording;
        this.frames = frames;
        this.slot = slot;
        this.file = file;
        replyOffset = recording.responseOffset(slot);
        replyLength = recording.responseLength(slot);
        checking = !frames.isKnownToBeSound(slot);
        final String misplaced = frames.placeProblem(slot);
        damaged = frames.isKnownToBeDamaged(slot) || misplaced != null && !frames.conclude(slot, misplaced);
        position = checking ? recording.frameOffset(slot) : replyOffset;
    }

    @Override
    public FileSource file() {
        return file;
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public int length(final int most) {
        final long end = !checking ? replyOffset + replyLength : crc != null ? frameEnd
                : Math.min(replyOffset + replyLength + SLACK_BYTES, recording.segment().byteSize());
        asked = (int) Math.min(most, end - position);
        return asked;
    }

    @Override
    public void take(final MemorySegment bytes, final int length) {
        partLength = 0;
        if (length < asked) {
            frames.isThere(slot); // Whoever finds the file cut says so in the log, once.
            damaged = true;
        } else if (!checking) {
            give(0, length);
        } else if (crc == null) {
            takeFirst(bytes, length);
        } else {
            check(bytes, 0, length);
        }
    }

    private void takeFirst(final MemorySegment bytes, final int length) {
        if (length < FrameHeader.BYTES) {
            damaged = true;
            return;
        }
        final String problem = frames.headerProblem(slot, bytes);
        if (problem != null) {
            conclude(problem);
            return;
        }
        final long frameLength = bytes.get(Le.LONG, FrameHeader.LENGTH);
        frameEnd = position + frameLength;
        expectedCrc = bytes.get(Le.INT, FrameHeader.PAYLOAD_CRC);
        crc = new Checksums();
        crc.begin();
        final int replyAt = (int) (replyOffset - position);
        check(bytes, FrameHeader.BYTES, (int) Math.min(length, frameLength));
        if (!checking && !damaged) {
            position = replyOffset;
            give(replyAt, replyLength);
        }
    }

    private void check(final MemorySegment bytes, final int from, final int to) {
        crc.add(bytes, from, to - from);
        position += to;
        if (position == frameEnd) {
            conclude(crc.end() == expectedCrc ? null : "the interaction fails its checksum");
        }
    }

    private void conclude(final String problem) {
        damaged = !frames.conclude(slot, problem);
        checking = false;
        position = replyOffset;
    }

    private void give(final int offset, final int length) {
        partOffset = offset;
        partLength = length;
        position += length;
    }

    @Override
    public int partOffset() {
        return partOffset;
    }

    @Override
    public int partLength() {
        return partLength;
    }

    @Override
    public boolean done() {
        return !checking && position == replyOffset + replyLength;
    }

    @Override
    public boolean damaged() {
        return damaged;
    }

    @Override
    public boolean checkMapped() {
        return recording.verify(slot);
    }

    @Override
    public MemorySegment segment() {
        return recording.segment();
    }

    @Override
    public long replyOffset() {
        return replyOffset;
    }

    @Override
    public int replyLength() {
        return replyLength;
    }
}
