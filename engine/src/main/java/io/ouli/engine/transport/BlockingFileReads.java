package io.ouli.engine.transport;

import io.ouli.ffm.NativeLedger.Owner;
import io.ouli.ffm.NativeLedger;
import java.lang.foreign.Arena;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;

/** {@link FileReads} by plain calls, on a thread that may wait; for transports whose system has nothing better. */
public final class BlockingFileReads extends PooledFileReads {
    private final Executor executor;
    private final Runnable wakeup;
    private final Queue<ReadBuffer> done = new ConcurrentLinkedQueue<>();
    /** Guards the wake-up against the transport's end, when its descriptor may be somebody else's. */
    private boolean closed;

    /**
     * Creates it; buffers are made when the first is taken.
     *
     * @param executor runs the reads.
     * @param wakeup   ends the wait of the owner thread in poll, which then calls {@link #deliver}.
     */
    public BlockingFileReads(final Executor executor, final Runnable wakeup) {
        this.executor = executor;
        this.wakeup = wakeup;
    }

    @Override
    protected void open() {
        // Kept by the buffers themselves: a read may outlive the transport.
        divide(NativeLedger.note(Owner.BUFFERS, Arena.ofAuto().allocate((long) BUFFERS * BUFFER_BYTES)));
    }

    @Override
    protected void submit(final ReadBuffer buffer) {
        executor.execute(() -> {
            buffer.readBlocking();
            done.add(buffer);
            wakeUp();
        });
    }

    private synchronized void wakeUp() {
        if (!closed) {
            wakeup.run();
        }
    }

    /** Wakes nobody up from now on. */
    public synchronized void close() {
        closed = true;
    }

    /**
     * Tells the handlers of what has ended; on the owner thread.
     *
     * @return how many.
     */
    public int deliver() {
        int count = 0;
        for (ReadBuffer buffer = done.poll(); buffer != null; buffer = done.poll()) {
            buffer.end(buffer.result);
            count++;
        }
        return count;
    }
}
