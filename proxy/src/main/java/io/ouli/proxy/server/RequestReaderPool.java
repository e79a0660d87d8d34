package io.ouli.proxy.server;

/**
 * The request readers of one worker, and the bound on the memory that requests under way may take together.
 *
 * <p>An idle connection has no reader. The one used last is taken first. Arrays that have grown moderately are kept, so
 * that a steady load of larger requests allocates nothing.
 */
final class RequestReaderPool {
    /** What a reader begins with: most requests, several times. */
    static final int BASE_BYTES = 8 << 10;

    private static final int MOST_KEPT = 256;
    private static final int MOST_KEPT_BYTES = 256 << 10;

    private final RequestReader[] free = new RequestReader[MOST_KEPT];
    private final long budgetBytes;
    private int freeCount;
    private long grownBytes;

    /** Creates a pool whose readers may grow by this many bytes together. */
    RequestReaderPool(final long budgetBytes) {
        this.budgetBytes = budgetBytes;
    }

    RequestReader take() {
        if (freeCount == 0) {
            return new RequestReader(this);
        }
        final RequestReader reader = free[--freeCount];
        free[freeCount] = null;
        return reader;
    }

    void release(final RequestReader reader) {
        reader.reset();
        if (freeCount == MOST_KEPT) {
            grownBytes -= reader.capacity() - BASE_BYTES;
            return;
        }
        if (reader.capacity() > MOST_KEPT_BYTES || grownBytes > budgetBytes / 2 && reader.capacity() > BASE_BYTES) {
            grownBytes -= reader.capacity() - BASE_BYTES;
            reader.shrink();
        }
        free[freeCount++] = reader;
    }

    /** Leaves a reader to whoever else reads from it still. */
    void abandon(final RequestReader reader) {
        grownBytes -= reader.capacity() - BASE_BYTES;
    }

    /**
     * Asks for more memory.
     *
     * @return false if the budget is used up.
     */
    boolean reserve(final long bytes) {
        if (grownBytes + bytes > budgetBytes) {
            return false;
        }
        grownBytes += bytes;
        return true;
    }

    /** {@return by how many bytes readers have grown together} */
    long grownBytes() {
        return grownBytes;
    }
}
