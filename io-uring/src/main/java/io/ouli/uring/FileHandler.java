package io.ouli.uring;

/** Receives the outcome of a file operation, on the ring's owner thread. */
@FunctionalInterface
public interface FileHandler {
    /**
     * A file operation is over, and the kernel touches its memory no more.
     *
     * @param token  what the operation was started with.
     * @param result the bytes read or written in all, fewer than asked only at the end of a file that was read; or the
     *               negative errno.
     */
    void onFileCompletion(long token, long result);
}
