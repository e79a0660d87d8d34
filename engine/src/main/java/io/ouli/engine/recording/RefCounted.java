package io.ouli.engine.recording;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Keeps memory for as long as somebody uses it: counts who does, and frees when the last one lets go. Safe for use by
 * several threads; takes no lock and allocates nothing.
 */
abstract class RefCounted implements AutoCloseable {
    private final Path path;
    private final AtomicInteger references = new AtomicInteger(1);
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile boolean used;

    /** @param path names it in messages; whoever creates it holds the first reference, until {@link #close}. */
    RefCounted(final Path path) {
        this.path = path;
    }

    /** Frees the memory; called once, by whoever lets go last. */
    abstract void free();

    /** {@return the file} */
    public final Path path() {
        return path;
    }

    /** Keeps the mapping; pair with {@link #release}. */
    public final void retain() {
        if (!tryRetain()) {
            throw new IllegalStateException("the recording is closed: " + path);
        }
    }

    /**
     * Keeps the mapping if it is still there; pair with {@link #release}.
     *
     * @return whether it is.
     */
    public final boolean tryRetain() {
        int seen = references.get();
        while (seen > 0) {
            if (references.compareAndSet(seen, seen + 1)) {
                return true;
            }
            seen = references.get();
        }
        return false;
    }

    /** Retains it like {@link #tryRetain}, and keeps the catalogue from taking it for idle. */
    public final boolean tryUse() {
        if (!tryRetain()) {
            return false;
        }
        used = true;
        return true;
    }

    /** {@return whether somebody used it since the last call} */
    final boolean takeUsed() {
        final boolean was = used;
        used = false;
        return was;
    }

    /**
     * Closes it if nobody but who opened it retains it.
     *
     * @return whether it did.
     */
    final boolean closeUnshared() {
        if (closed.get() || !references.compareAndSet(1, 0)) {
            return false;
        }
        closed.set(true);
        free();
        return true;
    }

    /** Lets go of what {@link #retain} kept; the last one unmaps, which may take some microseconds. */
    public final void release() {
        final int left = references.decrementAndGet();
        if (left < 0) {
            throw new IllegalStateException("the recording was released more often than retained: " + path);
        }
        if (left == 0) {
            free();
        }
    }

    /** Lets go of what opening it kept; whoever has retained the recording can go on. Idempotent. */
    @Override
    public final void close() {
        if (closed.compareAndSet(false, true)) {
            release();
        }
    }
}
