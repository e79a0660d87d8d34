package io.ouli.engine;

import io.ouli.engine.match.Exhausted;
import io.ouli.engine.match.MatchMode;
import io.ouli.engine.match.RecordingIndex;
import io.ouli.engine.match.SessionTracker;
import io.ouli.engine.recording.FrameFlags;
import io.ouli.engine.recording.Recording;
import java.util.Arrays;

/** A session's open recording and how far it was replayed: what a look-up needs, as one reference. */
final class Replay {
    final Recording recording;
    final SessionTracker tracker;

    Replay(final Recording recording, final MatchMode mode, final Exhausted exhausted) {
        this.recording = recording;
        tracker = new SessionTracker(new Index(recording), mode, exhausted);
    }

    /** The recording as matching sees it. A damaged place of the index holds nothing. */
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
            final long slot = recording.find(key, keyOffset, occurrence);
            return slot < 0 ? NONE : slot;
        }

        @Override
        public boolean isLast(final long slot) {
            return (recording.flags(slot) & FrameFlags.LAST) != 0;
        }

        @Override
        public long slotAt(final int position) {
            if (position >= recording.count()) {
                return NONE;
            }
            final long slot = recording.slotAt(position);
            return slot < 0 ? NONE : slot;
        }

        @Override
        public boolean hasKey(final long slot, final byte[] key, final int keyOffset) {
            final byte[] recorded = new byte[32];
            recording.key(slot, recorded, 0);
            return Arrays.equals(recorded, 0, recorded.length, key, keyOffset, keyOffset + recorded.length);
        }
    }
}
