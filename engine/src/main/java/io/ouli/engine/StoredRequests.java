package io.ouli.engine;

import io.ouli.engine.match.RecordedRequests;
import io.ouli.engine.recording.Recording;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A recording's requests, each checked before it is read. */
record StoredRequests(Recording recording) implements RecordedRequests {
    @Override
    public int count() {
        return recording.count();
    }

    @Override
    public int copy(final int position, final byte[] target) {
        final long slot = position < recording.count() ? recording.slotAt(position) : Recording.NOT_FOUND;
        if (slot < 0 || !recording.verify(slot)) {
            return -1;
        }
        final int length = recording.requestLength(slot);
        MemorySegment.copy(
                recording.segment(),
                ValueLayout.JAVA_BYTE,
                recording.requestOffset(slot),
                target,
                0,
                Math.min(length, target.length));
        return length;
    }
}
