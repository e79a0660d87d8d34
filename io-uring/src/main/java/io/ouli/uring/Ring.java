package io.ouli.uring;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import static io.ouli.ffm.generated.IoUringHeader.IORING_ASYNC_CANCEL_ALL;
import static io.ouli.ffm.generated.IoUringHeader.IORING_ASYNC_CANCEL_ANY;
import static io.ouli.ffm.generated.IoUringHeader.IORING_OP_ASYNC_CANCEL;

/**
 * One io_uring, owned by one thread: submissions go in through {@link #operations()}, one {@link #submitAndWait} a turn
 * hands them to the kernel, {@link #reap} takes what has completed.
 *
 * <p>A ring may be opened by any thread. The thread that calls {@link #enable} is its owner, and the only one that may
 * call anything else but {@link #counters()} and {@link #describe()}. No method on the way of an operation allocates.
 */
public final class Ring implements AutoCloseable {
    /** How long {@link #close} waits for operations that do not let themselves be cancelled, such as disk writes. */
    public static final long CLOSE_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final KernelRing kernel;
    private final RingFeatures features;
    private final SubmissionQueue submissions;
    private final CompletionQueue completions;
    private final Operations operations;
    private final RingCounters counters = new RingCounters();
    private final RingEntry entry;
    private final List<ProvidedBufferRing> bufferRings = new ArrayList<>();

    private Thread owner;
    private boolean closed;
    private boolean quiescent;
    /** Operations whose last completion has not been taken. */
    private int inFlight;

    Ring(final KernelRing kernel, final RingFeatures features, final EnterCall enterCall) {
        this.kernel = kernel;
        this.features = features;
        submissions = new SubmissionQueue(kernel);
        completions = new CompletionQueue(kernel);
        entry = new RingEntry(enterCall, submissions, completions, counters);
        operations = new Operations(this);
    }

    /** Opens a ring with the default lengths and every feature that this machine has and that is not switched off. */
    public static Ring open() {
        return open(RingOptions.DEFAULT);
    }

    /**
     * Opens a ring.
     *
     * @throws UnsupportedOperationException if there is no io_uring here, with {@link IoUring#unavailabilityCause()}.
     * @throws RingException                 if the kernel refuses; names the remedy.
     */
    public static Ring open(final RingOptions options) {
        IoUring.ensureAvailable();
        final RingFeatures features = IoUring.features().without(options.disabled());
        final KernelRing kernel = KernelRings.open(options, features);
        return new Ring(
                kernel,
                features.without(SetupFlags.missing(kernel.setupFlags())),
                new EnterCall.Kernel(kernel.fd()));
    }

    /**
     * Makes the calling thread the owner and lets it submit.
     *
     * @throws RingException if the kernel refuses.
     */
    public Ring enable() {
        if (owner != null) {
            throw new IllegalStateException("the ring is owned by " + owner.getName());
        }
        owner = Thread.currentThread();
        if (SetupFlags.isDisabled(kernel.setupFlags())) {
            final int error = kernel.enable();
            if (error < 0) {
                throw new RingException("cannot enable the ring", -error);
            }
        }
        return this;
    }

    /** {@return what fills the submission queue} */
    public Operations operations() {
        return operations;
    }

    /** {@return the features of this ring} */
    public RingFeatures features() {
        return features;
    }

    /** {@return this ring's counters, readable from any thread} */
    public RingCounters counters() {
        return counters;
    }

    /** {@return the length of the submission queue} */
    public int submissionEntries() {
        return submissions.capacity();
    }

    /** {@return the length of the completion queue} */
    public int completionEntries() {
        return completions.capacity();
    }

    /** {@return how many operations have not had their last completion taken; a multishot counts until it ends} */
    public int inFlight() {
        return inFlight;
    }

    /** {@return one line for people: how the ring was set up, with which flags and which features} */
    public String describe() {
        return "set up by " + kernel.method() + " with " + SetupFlags.describe(kernel.setupFlags()) + "; "
                + features.describe();
    }

    /**
     * Hands every prepared operation to the kernel and waits for completions, in one system call.
     *
     * @param minComplete  how many completions to wait for; those that are there already count. 0 does not wait.
     * @param timeoutNanos the longest wait; negative for no limit.
     * @return how many completions {@link #reap} can take; fewer than {@code minComplete} after the time-out, and
     *         possibly after a signal.
     * @throws RingException if the kernel fails in a way that trying again cannot mend.
     */
    public int submitAndWait(final int minComplete, final long timeoutNanos) {
        checkOwner();
        return entry.submitAndWait(minComplete, timeoutNanos);
    }

    /** {@return whether operations were prepared that the kernel has not taken yet} */
    public boolean hasPrepared() {
        return submissions.pending() > 0;
    }

    /** {@return how many completions {@link #reap} can take now, without the kernel being entered} */
    public int ready() {
        return completions.ready();
    }

    /**
     * Hands every prepared operation to the kernel without waiting or looking for completions; may be called while
     * completions are being handled.
     *
     * @throws RingException if the kernel fails in a way that trying again cannot mend.
     */
    public void submit() {
        checkOwner();
        entry.flush();
    }

    /**
     * Takes completions, oldest first.
     *
     * @param handler may prepare operations, and must not call this method.
     * @param limit   the most to take, so that one busy connection does not starve what comes after.
     * @return how many were taken.
     */
    public int reap(final CompletionHandler handler, final int limit) {
        checkOwner();
        int taken = 0;
        try {
            while (taken < limit && completions.hasNext()) {
                final long userData = completions.next();
                final int result = completions.result();
                final int flags = completions.flags();
                if (!Completions.hasMore(flags)) {
                    inFlight--;
                }
                taken++;
                handler.onCompletion(userData, result, flags);
            }
        } finally {
            completions.release();
            counters.onCompleted(taken);
        }
        return taken;
    }

    /**
     * Makes a ring of receive buffers that the kernel picks from; it is closed with this ring.
     *
     * @param group        0 to 65,535, not yet in use on this ring.
     * @param buffers      a power of two up to 32,768.
     * @param bufferLength of each, in bytes.
     * @throws RingException                 if the kernel refuses.
     * @throws UnsupportedOperationException if {@link RingFeature#BUFFER_RING} is not enabled.
     */
    public ProvidedBufferRing openBufferRing(final int group, final int buffers, final int bufferLength) {
        checkOwner();
        if (!features.isEnabled(RingFeature.BUFFER_RING)) {
            throw new UnsupportedOperationException("the ring has no buffer rings: " + features.describe());
        }
        final ProvidedBufferRing bufferRing = ProvidedBufferRing.open(kernel, group, buffers, bufferLength);
        bufferRings.add(bufferRing);
        return bufferRing;
    }

    /**
     * Pins memory for {@link Operations#readFixed} and {@link Operations#writeFixed}, which name it by its index here.
     *
     * @param buffers anonymous memory, at most 1 GiB each; counts towards the limit of locked memory (ulimit -l).
     * @throws RingException                 if the kernel refuses.
     * @throws UnsupportedOperationException if {@link RingFeature#REGISTERED_BUFFERS} is not enabled.
     */
    public void registerBuffers(final List<MemorySegment> buffers) {
        checkOwner();
        if (!features.isEnabled(RingFeature.REGISTERED_BUFFERS)) {
            throw new UnsupportedOperationException("the ring registers no buffers: " + features.describe());
        }
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment vectors = arena.allocate(buffers.size() * GatherMessage.VECTOR_LENGTH, Long.BYTES);
            for (int index = 0; index < buffers.size(); index++) {
                final MemorySegment buffer = buffers.get(index);
                final long at = index * GatherMessage.VECTOR_LENGTH;
                vectors.set(ValueLayout.JAVA_LONG, at, Operations.address(buffer, 0, 0));
                vectors.set(ValueLayout.JAVA_LONG, at + 8, buffer.byteSize());
            }
            final int error = kernel.registerBuffers(vectors, buffers.size());
            if (error < 0) {
                throw new RingException("cannot register " + buffers.size() + " buffers", -error);
            }
        }
    }

    /** Unpins the memory of {@link #registerBuffers}; 0 or the negative errno. */
    public int unregisterBuffers() {
        checkOwner();
        return kernel.unregisterBuffers();
    }

    /**
     * Caps the threads that the kernel runs for operations which would block: buffered writes, fsync.
     *
     * @param regularFiles for operations on regular files.
     * @param others       for all else.
     * @return 0 or the negative errno; a kernel before 5.15 has no such cap.
     */
    public int limitHelperThreads(final int regularFiles, final int others) {
        checkOwner();
        try (Arena arena = Arena.ofConfined()) {
            return kernel.limitHelperThreads(arena.allocateFrom(ValueLayout.JAVA_INT, regularFiles, others));
        }
    }

    /**
     * Cancels everything, waits for the kernel to let go, and frees the ring. Idempotent.
     *
     * <p>When the kernel does not let go in time, or the owner has ended without closing, buffer rings are leaked,
     * because the kernel might yet write to them; the caller must then do the same with what it gave to its operations.
     *
     * @param handler      is given the last completions, accepted descriptors among them; prepares nothing.
     * @param timeoutNanos the longest wait.
     * @return true when the kernel has let go of all memory.
     * @throws IllegalStateException on another thread than the owner, while that one lives: it uses this memory.
     */
    public boolean close(final CompletionHandler handler, final long timeoutNanos) {
        if (closed) {
            return quiescent;
        }
        if (owner == null) {
            quiescent = true;
        } else if (Thread.currentThread() == owner) {
            quiescent = drain(handler, timeoutNanos);
        } else if (owner.isAlive()) {
            throw new IllegalStateException("the ring is owned by " + owner.getName() + ", which must close it");
        }
        closed = true;
        for (final ProvidedBufferRing bufferRing : bufferRings) {
            bufferRing.close(kernel, quiescent);
        }
        kernel.tearDown();
        return quiescent;
    }

    /** Closes with {@link #CLOSE_TIMEOUT_NANOS}, ignoring the last completions. */
    @Override
    public void close() {
        close((userData, result, flags) -> { }, CLOSE_TIMEOUT_NANOS);
    }

    private boolean drain(final CompletionHandler handler, final long timeoutNanos) {
        final CompletionHandler outer = (userData, result, flags) -> {
            if (userData != UserData.INTERNAL) {
                handler.onCompletion(userData, result, flags);
            }
        };
        final long deadline = System.nanoTime() + timeoutNanos;
        try {
            if (inFlight > 0 && features.isEnabled(RingFeature.CANCEL_BY_FD)) {
                put(IORING_OP_ASYNC_CANCEL, 0, -1, 0, 0, 0, IORING_ASYNC_CANCEL_ALL | IORING_ASYNC_CANCEL_ANY,
                        UserData.INTERNAL, 0, 0);
            }
            while (inFlight > 0) {
                final long remaining = deadline - System.nanoTime();
                if (remaining <= 0) {
                    return false;
                }
                submitAndWait(1, remaining);
                reap(outer, Integer.MAX_VALUE);
            }
            return true;
        } catch (final RingException broken) {
            return false;
        }
    }

    void put(
            final int opcode,
            final int ioPriority,
            final int fd,
            final long offset,
            final long address,
            final int length,
            final int operationFlags,
            final long userData,
            final int bufferIndex,
            final int entryFlags) {
        makeRoom(1);
        submissions.put(opcode, ioPriority, fd, offset, address, length, operationFlags, userData, bufferIndex,
                entryFlags);
        inFlight++;
    }

    void addFlagsToLast(final int entryFlags) {
        submissions.addFlagsToLast(entryFlags);
    }

    /** Sees to it that so many operations can be prepared without a flush between them. */
    void makeRoom(final int entries) {
        checkOwner();
        if (submissions.free() < entries) {
            if (entries > submissions.capacity()) {
                throw new IllegalArgumentException(
                        entries + " linked operations, the submission queue holds " + submissions.capacity());
            }
            counters.onSubmissionQueueFull();
            entry.flush();
        }
    }

    private void checkOwner() {
        assert Thread.currentThread() == owner : "called by " + Thread.currentThread() + ", owned by " + owner;
        if (closed) {
            throw new IllegalStateException("the ring is closed");
        }
    }
}
