package io.ouli.engine;

import java.util.concurrent.CompletableFuture;

/** The explanation of a miss by another thread, which keeps what it reads of the recording until it is done. */
final class LateExplanation {
    private final MissExplanation.Miss miss;
    private final CompletableFuture<MissExplanation> explained = new CompletableFuture<>();

    private LateExplanation(final MissExplanation.Miss miss) {
        this.miss = miss;
    }

    /**
     * Has another thread explain a miss.
     *
     * @param miss whose request nobody changes meanwhile.
     * @return what is completed by that thread; with an {@link OuliException} if there is too little memory.
     * @throws OuliException if the engine is closed.
     */
    static CompletableFuture<MissExplanation> begin(final Engine engine, final MissExplanation.Miss miss) {
        final LateExplanation late = new LateExplanation(miss);
        if (miss.replay() != null) {
            miss.replay().retain();
        }
        if (!engine.later(late::explain)) {
            late.release();
            throw Engine.closedError();
        }
        return late.explained;
    }

    private void explain() {
        MissExplanation explanation = null;
        Throwable failure = null;
        try {
            explanation = MissExplanation.of(miss);
        } catch (final OutOfMemoryError e) {
            failure = HeapExhausted.error("a miss cannot be explained");
        } catch (final RuntimeException | Error e) {
            failure = new OuliException("a miss cannot be explained: a fault of Ouli itself: " + e, e);
        } finally {
            release();
        }
        if (failure == null) {
            explained.complete(explanation);
        } else {
            explained.completeExceptionally(failure);
        }
    }

    private void release() {
        if (miss.replay() != null) {
            miss.replay().release();
        }
    }
}
