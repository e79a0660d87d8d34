package io.ouli.engine.recording;

import io.ouli.engine.memory.OffHeap;
import java.util.Objects;

/**
 * The order of a recording's interactions, which is made when it is first asked for, as few need it: by whoever asks,
 * or {@linkplain #prepare beforehand} by another thread. Safe for use by several threads.
 */
final class LazyOrder {
    /** To put fewer slots in order takes less than 1 ms. */
    private static final int LARGE_SLOTS = 1 << 14;

    private final Index index;
    private final int count;
    private final OffHeap memory;
    private final Errand making = new Errand();
    private volatile SequenceOrder order;
    /** Another thread could not make it; who needs it finds out again why. */
    private volatile boolean failed;

    LazyOrder(final Index index, final int count, final OffHeap memory) {
        this.index = index;
        this.count = count;
        this.memory = memory;
    }

    /** See {@link Recording#slotAt}. */
    long slotAt(final int rank) {
        Objects.checkIndex(rank, count);
        return get().slot(rank);
    }

    /** See {@link Recording#firstAt}. */
    long firstAt(final int rank) {
        Objects.checkIndex(rank, count);
        return get().first(rank);
    }

    /**
     * Has it made by another thread, if that takes long and was not done yet.
     *
     * @param by whose thread.
     * @param of whose memory this is in.
     * @return whether it is there, or made in no time; if not, {@link #whenReady} tells when it is.
     */
    boolean prepare(final Residency by, final RefCounted of) {
        if (order != null || index.capacity() < LARGE_SLOTS || failed) {
            return true;
        }
        by.scan(making, () -> makeRetained(of));
        return false;
    }

    /** Runs something when no other thread makes it any more: at once if none does. */
    void whenReady(final Runnable task) {
        making.whenOver(task);
    }

    private void makeRetained(final RefCounted of) {
        if (of.tryRetain()) {
            try {
                make();
            } finally {
                failed = order == null;
                of.release();
            }
        }
    }

    private SequenceOrder get() {
        final SequenceOrder known = order;
        return known == null ? make() : known;
    }

    private SequenceOrder make() {
        index.blocks().loadAll();
        return sortLoaded();
    }

    private synchronized SequenceOrder sortLoaded() {
        SequenceOrder sorted = order;
        if (sorted == null) {
            sorted = new SequenceOrder(index, count, memory);
            order = sorted;
        }
        return sorted;
    }
}
