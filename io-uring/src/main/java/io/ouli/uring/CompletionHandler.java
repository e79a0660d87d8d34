package io.ouli.uring;

/** Receives completions, on the ring's owner thread, from inside {@link Ring#reap}. */
@FunctionalInterface
public interface CompletionHandler {
    /**
     * One operation has completed, or has produced one more result.
     *
     * @param userData what the operation was prepared with.
     * @param result   zero or more, or the negative errno.
     * @param flags    see {@link Completions}: whether more will follow, and which buffer was used.
     */
    void onCompletion(long userData, int result, int flags);
}
