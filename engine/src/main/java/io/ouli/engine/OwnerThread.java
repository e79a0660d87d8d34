package io.ouli.engine;

/**
 * The one thread that may use something: the first that does, until it lets go or ends. What two threads share by
 * mistake would give one the other's reply; so each use asks, which costs a comparison.
 */
final class OwnerThread {
    private final String what;
    private Thread owner;

    /** @param what names it, and what to do instead, in an error. */
    OwnerThread(final String what) {
        this.what = what;
    }

    /** @throws IllegalStateException if another thread uses it. */
    void check() {
        if (Thread.currentThread() != owner) {
            claim();
        }
    }

    private synchronized void claim() {
        final Thread before = owner;
        if (before != null && before.isAlive()) {
            throw new IllegalStateException(what + "; it is used by thread " + before.getName() + ", and now by "
                    + Thread.currentThread().getName());
        }
        owner = Thread.currentThread();
    }

    /** Lets another thread use it from now on. */
    synchronized void letGo() {
        owner = null;
    }
}
