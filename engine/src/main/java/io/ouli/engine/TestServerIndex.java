package io.ouli.engine;

import io.ouli.engine.http.RequestHead;
import io.ouli.engine.http.RequestParser;
import io.ouli.engine.match.RecordedRequests;
import io.ouli.engine.match.RecordingIndex;
import io.ouli.engine.testserver.TestServerFingerprint;
import io.ouli.engine.testserver.TestServerMark;
import io.ouli.engine.testserver.TestServerTarget;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A recording by test-server's hashes, read once from the marks of its requests; a slot is a place of the recorded
 * order.
 */
final class TestServerIndex implements RecordingIndex {
    /** Hashes of other recordings that requests of this one followed; further ones are not tried. */
    static final int MAX_FOREIGN_PREVIOUS = 16;

    private final int count;
    /** The places of each hash, in order. */
    private final Map<ByteBuffer, List<Integer>> places = new HashMap<>();
    private final boolean[] last;
    private final int[] occurrences;
    /** At each place, that of the first request with the same hash. */
    private final int[] firsts;
    private final List<byte[]> foreignPrevious = new ArrayList<>();
    private TestServerTarget target;

    TestServerIndex(final RecordedRequests requests) {
        count = requests.count();
        last = new boolean[count];
        occurrences = new int[count];
        firsts = new int[count];
        final Set<ByteBuffer> previous = new HashSet<>();
        final byte[] start = new byte[Limits.MAX_HEAD_BYTES];
        final RequestHead head = new RequestHead(Limits.MAX_HEADERS);
        for (int place = 0; place < count; place++) {
            final int length = Math.min(requests.copy(place, start), start.length);
            final TestServerMark mark = length > 0 && new RequestParser().parse(start, 0, length, head) > 0
                    ? TestServerMark.of(head.headers()) : null;
            if (mark != null) {
                target = target == null ? mark.target() : target;
                final List<Integer> own =
                        places.computeIfAbsent(ByteBuffer.wrap(mark.hash()), any -> new ArrayList<>());
                occurrences[place] = own.size();
                own.add(place);
                firsts[place] = own.getFirst();
                previous.add(ByteBuffer.wrap(mark.previous()));
            }
        }
        places.values().forEach(own -> last[own.getLast()] = true);
        previous.remove(ByteBuffer.wrap(TestServerFingerprint.head()));
        previous.removeAll(places.keySet());
        previous.stream().sorted().limit(MAX_FOREIGN_PREVIOUS).forEach(hash -> foreignPrevious.add(hash.array()));
    }

    /** {@return whether no request has a mark: nothing can ever match} */
    boolean isEmpty() {
        return places.isEmpty();
    }

    /** {@return the upstream that the recording was made of, or null} */
    TestServerTarget target() {
        return target;
    }

    /** {@return hashes of other recordings that requests of this one followed} */
    List<byte[]> foreignPrevious() {
        return foreignPrevious;
    }

    @Override
    public long slotCount() {
        return count;
    }

    @Override
    public int interactionCount() {
        return count;
    }

    @Override
    public long find(final byte[] key, final int keyOffset, final int occurrence) {
        final List<Integer> own =
                places.getOrDefault(ByteBuffer.wrap(key, keyOffset, TestServerFingerprint.HASH_BYTES), List.of());
        return occurrence < own.size() ? own.get(occurrence) : NONE;
    }

    @Override
    public boolean isLast(final long slot) {
        return last[(int) slot];
    }

    @Override
    public int occurrence(final long slot) {
        return occurrences[(int) slot];
    }

    @Override
    public long firstAt(final int position) {
        return firsts[position];
    }

    @Override
    public long slotAt(final int position) {
        return position < count ? position : NONE;
    }

    @Override
    public boolean hasKey(final long slot, final byte[] key, final int keyOffset) {
        return places.getOrDefault(ByteBuffer.wrap(key, keyOffset, TestServerFingerprint.HASH_BYTES), List.of())
                .contains((int) slot);
    }
}
