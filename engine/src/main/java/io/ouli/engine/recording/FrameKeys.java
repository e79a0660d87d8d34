package io.ouli.engine.recording;

import io.ouli.engine.core.Sha256;
import io.ouli.redact.BatchDigest;
import io.ouli.redact.BatchDigests;
import java.lang.foreign.MemorySegment;

/**
 * Finds the keys of frames that {@link FrameBuilder#keyOf} left for later, of {@link #MAX_FRAMES} at a time: where the
 * process has vectors for it, that takes two thirds of the time of one by one. For one thread; allocates nothing after
 * the first time.
 */
public final class FrameKeys {
    /** How many frames are worth gathering. */
    public static final int MAX_FRAMES = BatchDigest.MAX_MESSAGES;
    /** Whether keys wait for each other at all: in a process without such vectors each is found at once. */
    static final boolean TOGETHER = BatchDigests.lanesInUse();
    static final int MAX_MESSAGE_BYTES = BatchDigest.MAX_BYTES;

    private final Frame[] waiting = new Frame[MAX_FRAMES];
    private BatchDigest batch;
    private Sha256 alone;
    private byte[] message;
    private byte[] key;

    /** Finds the keys that the first {@code count} frames lack. */
    public void find(final Frame[] frames, final int count) {
        int found = 0;
        for (int i = 0; i < count; i++) {
            if (frames[i].lacksKey()) {
                waiting[found++] = frames[i];
            }
            if (found == MAX_FRAMES || found > 0 && i == count - 1) {
                together(found);
                found = 0;
            }
        }
    }

    private void together(final int count) {
        if (count == 1) {
            find(waiting[0]);
        } else {
            if (batch == null) {
                batch = BatchDigests.create();
            }
            for (int i = 0; i < count; i++) {
                final Frame frame = waiting[i];
                batch.add(
                        frame.memory, frame.keyMessageOffset(), frame.keyMessageLength(), frame.keyMessageLastOffset());
            }
            batch.digest();
            for (int i = 0; i < count; i++) {
                batch.copyTo(i, waiting[i].memory, FrameHeader.KEY);
                waiting[i].keyIsKnown();
            }
        }
        for (int i = 0; i < count; i++) {
            waiting[i] = null; // The pool's again once it is released.
        }
    }

    /** Finds the key of one frame, if it lacks one. */
    void find(final Frame frame) {
        if (frame.lacksKey()) {
            final int length = frame.keyMessageLength();
            final int whole = BatchDigest.wholeLength(length);
            take(frame, frame.keyMessageOffset(), whole);
            take(frame, frame.keyMessageLastOffset(), length - whole);
            finish(frame);
        }
    }

    /** Finds the key that is the digest of a part of the frame, of any length. */
    void find(final Frame frame, final long offset, final long length) {
        take(frame, offset, length);
        finish(frame);
    }

    private void take(final Frame frame, final long offset, final long length) {
        if (alone == null) {
            alone = new Sha256();
            message = new byte[MAX_MESSAGE_BYTES];
            key = new byte[FrameHeader.KEY_BYTES];
        }
        for (long done = 0; done < length; done += message.length) {
            final int step = (int) Math.min(message.length, length - done);
            MemorySegment.copy(frame.memory, Le.BYTE, offset + done, message, 0, step);
            alone.update(message, 0, step);
        }
    }

    private void finish(final Frame frame) {
        alone.finish(key, 0);
        MemorySegment.copy(key, 0, frame.memory, Le.BYTE, FrameHeader.KEY, key.length);
        frame.keyIsKnown();
    }
}
