package io.ouli.engine;

import io.ouli.engine.match.Exhausted;
import io.ouli.engine.match.MatchMode;
import io.ouli.engine.match.RecordingIndex;
import io.ouli.engine.match.SessionTracker;
import io.ouli.engine.recording.FrameFlags;
import io.ouli.engine.recording.Recording;

/** A session's open recording and how far it was replayed: what a look-up needs, as one reference. */
final class Replay {
    final Recording recording;
    final SessionTracker tracker;

    Replay(final Recording recording, final MatchMode mode, final Exhausted exhausted) {
        this.recording = recording;
        tracker = new SessionTracker(new Index(recording), mode, exhausted);
    }

    static {
        assert Recording.NOT_FOUND == RecordingIndex.NONE && Recording.DAMAGED == RecordingIndex.DAMAGED;
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
        public boolean isLast(final long slot) {
            return (recording.flags(slot) & FrameFlags.LAST) != 0;
        }

        @Override
        public long slotAt(final int position) {
            return position < recording.count() ? recording.slotAt(position) : NONE;
        }

        @Override
        public boolean hasKey(final long slot, final byte[] key, final int keyOffset) {
            return recording.hasKey(slot, key, keyOffset);
        }
    }
}
