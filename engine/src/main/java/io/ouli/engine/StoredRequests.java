package io.ouli.engine;

import io.ouli.engine.match.RecordedRequests;
import io.ouli.engine.recording.Recording;

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
        return recording.request(slot, target);
    }
}
