package io.ouli.uring;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;

import static io.ouli.ffm.generated.IoUringHeader.IORING_ENTER_EXT_ARG;
import static io.ouli.ffm.generated.IoUringHeader.IORING_ENTER_GETEVENTS;
import static io.ouli.ffm.generated.IoUringHeader.IORING_SQ_CQ_OVERFLOW;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

/**
 * The kernel's side of a ring, played in memory: takes submissions in order and completes each at once with result 0.
 * Faults that no kernel makes on demand are put into {@link #faults}. Runs where there is no io_uring at all.
 */
final class FakeKernel extends KernelRing implements EnterCall {
    private static final int HEAD = 0;
    private static final int TAIL = 4;
    private static final int FLAGS = 8;
    private static final int CQ_HEAD = 12;
    private static final int CQ_TAIL = 16;
    private static final int CQES = 64;

    /** What the next enters return instead of doing anything: a negative errno. */
    final Deque<Integer> faults = new ArrayDeque<>();
    /** One line an enter: what it was asked for. */
    final List<String> calls = new ArrayList<>();
    /** The most submissions that one enter takes. */
    int maxTaken = Integer.MAX_VALUE;
    /** False keeps completions back for ever. */
    boolean completing = true;
    boolean tornDown;

    private final MemorySegment queue;
    private final MemorySegment entries;
    private final Deque<Long> waiting = new ArrayDeque<>();
    private final int sqEntries;
    private final int cqEntries;

    FakeKernel(final int sqEntries, final int cqEntries) {
        super(filledParams(sqEntries, cqEntries));
        this.sqEntries = sqEntries;
        this.cqEntries = cqEntries;
        queue = Arena.ofAuto().allocate(CQES + 16L * cqEntries, 8);
        entries = Arena.ofAuto().allocate(64L * sqEntries, 8);
    }

    private static MemorySegment filledParams(final int sqEntries, final int cqEntries) {
        final MemorySegment params = KernelRing.params(0, cqEntries);
        params.set(JAVA_INT, SUBMISSION_ENTRIES, sqEntries);
        params.set(JAVA_INT, SUBMISSION_HEAD, HEAD);
        params.set(JAVA_INT, SUBMISSION_TAIL, TAIL);
        params.set(JAVA_INT, SUBMISSION_FLAGS, FLAGS);
        params.set(JAVA_INT, COMPLETION_HEAD, CQ_HEAD);
        params.set(JAVA_INT, COMPLETION_TAIL, CQ_TAIL);
        params.set(JAVA_INT, COMPLETION_CQES, CQES);
        return params;
    }

    /** Returns a ring over this kernel, owned by the calling thread. */
    Ring ring() {
        return new Ring(this, RingFeatures.of(Set.of(), name -> null), this).enable();
    }

    @Override
    public int enter(
            final int toSubmit,
            final int minComplete,
            final int flags,
            final long argument,
            final long argumentLength) {
        final boolean getEvents = (flags & IORING_ENTER_GETEVENTS) != 0;
        final boolean timed = (flags & IORING_ENTER_EXT_ARG) != 0;
        calls.add("submit " + toSubmit + (minComplete > 0 ? " wait " + minComplete : "")
                + (getEvents ? " get" : "") + (timed ? " timed" : ""));
        if (!faults.isEmpty()) {
            return faults.remove();
        }
        final int taken = Math.min(toSubmit, maxTaken);
        int head = queue.get(JAVA_INT, HEAD);
        for (int count = 0; count < taken; count++) {
            final long at = (head & sqEntries - 1) * 64L;
            if (completing) {
                waiting.add(entries.get(JAVA_LONG, at + 32));
            }
            head++;
        }
        queue.set(JAVA_INT, HEAD, head);
        post();
        return taken;
    }

    private void post() {
        int tail = queue.get(JAVA_INT, CQ_TAIL);
        while (!waiting.isEmpty() && tail - queue.get(JAVA_INT, CQ_HEAD) < cqEntries) {
            queue.set(JAVA_LONG, CQES + 16L * (tail & cqEntries - 1), waiting.remove());
            tail++;
        }
        queue.set(JAVA_INT, CQ_TAIL, tail);
        queue.set(JAVA_INT, FLAGS, waiting.isEmpty() ? 0 : IORING_SQ_CQ_OVERFLOW);
    }

    @Override
    String method() {
        return "a fake";
    }

    @Override
    int fd() {
        return -1;
    }

    @Override
    int setupFlags() {
        return 0;
    }

    @Override
    MemorySegment queueMemory() {
        return queue;
    }

    @Override
    MemorySegment entryMemory() {
        return entries;
    }

    @Override
    int enable() {
        return 0;
    }

    @Override
    int registerProbe(final MemorySegment probe) {
        return -22;
    }

    @Override
    int registerBufferRing(final MemorySegment registration) {
        return -22;
    }

    @Override
    int unregisterBufferRing(final int group) {
        return -22;
    }

    @Override
    int registerBuffers(final MemorySegment vectors, final int count) {
        return -12;
    }

    @Override
    int unregisterBuffers() {
        return -6;
    }

    @Override
    int limitHelperThreads(final MemorySegment values) {
        return 0;
    }

    @Override
    void tearDown() {
        tornDown = true;
    }
}
