package io.ouli.engine;

import io.ouli.engine.match.Exhausted;
import io.ouli.engine.match.MatchMode;
import io.ouli.engine.match.RecordingIndex;
import io.ouli.engine.match.SessionTracker;
import io.ouli.engine.recording.FrameFlags;
import io.ouli.engine.recording.Recording;

/** A session's open recording and how far it was replayed: what a look-up needs, as one reference. */
public final class Replay {
    /** Stands for a recording that another thread opens. */
    static final Replay OPENING = new Replay(null, null, null, 0, 0);

    static {
        assert Recording.NOT_FOUND == RecordingIndex.NONE && Recording.DAMAGED == RecordingIndex.DAMAGED
                && Recording.LATER == RecordingIndex.LATER;
    }

    /** Null while the recording is closed because nobody used it. */
    final Recording recording;
    final SessionTracker tracker;
    /** How many interactions it has. */
    final int count;
    /** By what requests are found in match mode test-server; null in the others. */
    final TestServerIndex testServer;
    private final long identity;

    private Replay(
            final Recording recording,
            final TestServerIndex testServer,
            final SessionTracker tracker,
            final int count,
            final long identity) {
        this.recording = recording;
        this.testServer = testServer;
        this.tracker = tracker;
        this.count = count;
        this.identity = identity;
    }

    /**
     * Begins to replay a recording.
     *
     * @param testServer its test-server hashes in that match mode, else null.
     */
    static Replay begin(
            final Recording recording,
            final TestServerIndex testServer,
            final MatchMode mode,
            final Exhausted exhausted) {
        final RecordingIndex index = testServer == null ? new Index(recording) : testServer;
        return new Replay(recording, testServer, new SessionTracker(index, mode, exhausted), recording.count(),
                recording.identity());
    }

    /** {@return what is left when the recording is closed: how far it was replayed} */
    Replay parked() {
        return new Replay(null, testServer, tracker.onIndex(null), count, identity);
    }

    /** Goes on with a recording that was closed, and is open again. */
    Replay resumed(final Recording reopened) {
        final RecordingIndex index = testServer == null ? new Index(reopened) : testServer;
        return new Replay(reopened, testServer, tracker.onIndex(index), count, identity);
    }

    /** {@return whether this is the recording that was replayed before} */
    boolean isOf(final Recording reopened) {
        return identity == reopened.identity();
    }

    /** Keeps the recording mapped while a reply is on its way to a socket; pair with {@link #release}. */
    public void retain() {
        recording.retain();
    }

    /** Lets go of what {@link #retain} kept. */
    public void release() {
        recording.release();
    }

    /** The recording as matching sees it. */
    private record Index(Recording recording) implements RecordingIndex {
        @Override
        public long slotCount() {
            return recording.capacity();
        }

        @Override
        public int interactionCount() {
            return recording.count();
        }

        @Override
        public long find(final byte[] key, final int keyOffset, final int occurrence) {
            return recording.find(key, keyOffset, occurrence);
        }

        @Override
        public boolean isSettling() {
            return recording.isSettling();
        }

        @Override
        public void settle() {
            recording.settle();
        }

        @Override
        public boolean isLast(final long slot) {
            return (recording.flags(slot) & FrameFlags.LAST) != 0;
        }

        @Override
        public int occurrence(final long slot) {
            return recording.occurrence(slot);
        }

        @Override
        public long slotAt(final int position) {
            return position < recording.count() ? recording.slotAt(position) : NONE;
        }

        @Override
        public long firstAt(final int position) {
            return recording.firstAt(position);
        }

        @Override
        public boolean hasKey(final long slot, final byte[] key, final int keyOffset) {
            return recording.hasKey(slot, key, keyOffset);
        }
    }
}
