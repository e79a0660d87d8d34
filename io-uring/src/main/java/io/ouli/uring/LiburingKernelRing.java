package io.ouli.uring;

import io.ouli.ffm.ErrnoCapture;
import io.ouli.ffm.IoUringSyscalls;
import io.ouli.ffm.Liburing;
import io.ouli.ffm.NativeException;
import io.ouli.ffm.NativeLedger;
import io.ouli.ffm.NativeLedger.Owner;
import io.ouli.ffm.generated.IoUringHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A ring set up by liburing, where it is installed. */
final class LiburingKernelRing extends KernelRing {
    private final String method;
    private final MemorySegment ring;
    private final MemorySegment queues;
    private final MemorySegment entries;

    private LiburingKernelRing(final MemorySegment params, final MemorySegment ring, final String method) {
        super(params);
        this.method = method;
        this.ring = ring;
        this.queues = NativeLedger.note(Owner.RINGS, Liburing.queueMemory(ring), ring.scope());
        this.entries = NativeLedger.note(Owner.RINGS,
                Liburing.entryMemory(ring, (long) submissionEntries() * SubmissionQueue.ENTRY_LENGTH), ring.scope());
    }

    /**
     * Makes a ring.
     *
     * @param params flags and completion entries on entry; filled in by the kernel.
     * @throws NativeException if the kernel refuses.
     */
    static LiburingKernelRing open(
            final ErrnoCapture capture, final int submissionEntries, final MemorySegment params) {
        // liburing keeps pointers to the structure itself in none of its fields; ours lives as long as this object.
        final MemorySegment ring = Liburing.allocateRing(Arena.ofAuto());
        final int error = Liburing.queueInit(capture, submissionEntries, ring, params);
        if (error < 0) {
            throw new NativeException("cannot set up io_uring", -error);
        }
        final int minor = Liburing.minorVersion(capture);
        return new LiburingKernelRing(params, ring, minor == 3 ? "liburing 2.3 or older" : "liburing 2." + minor);
    }

    /** Since 2.6 liburing knows rings without an index array; older ones would write one over the queue's head. */
    static boolean knowsNoSqArray(final ErrnoCapture capture) {
        return Liburing.minorVersion(capture) >= 6;
    }

    @Override
    String method() {
        return method;
    }

    @Override
    int fd() {
        return Liburing.ringFd(ring);
    }

    @Override
    int setupFlags() {
        return Liburing.flags(ring);
    }

    @Override
    MemorySegment queueMemory() {
        return queues;
    }

    @Override
    MemorySegment entryMemory() {
        return entries;
    }

    @Override
    int enable() {
        // io_uring_enable_rings is exported only since 2.4.
        return IoUringSyscalls.register(
                capture, fd(), IoUringHeader.IORING_REGISTER_ENABLE_RINGS, MemorySegment.NULL, 0);
    }

    @Override
    int registerProbe(final MemorySegment probe) {
        return Liburing.registerProbe(capture, ring, probe, 256);
    }

    @Override
    int registerBufferRing(final MemorySegment registration) {
        return Liburing.registerBufRing(capture, ring, registration);
    }

    @Override
    int unregisterBufferRing(final int group) {
        return Liburing.unregisterBufRing(capture, ring, group);
    }

    @Override
    int registerBuffers(final MemorySegment vectors, final int count) {
        return Liburing.registerBuffers(capture, ring, vectors, count);
    }

    @Override
    int unregisterBuffers() {
        return Liburing.unregisterBuffers(capture, ring);
    }

    @Override
    int limitHelperThreads(final MemorySegment values) {
        return Liburing.registerIowqMaxWorkers(capture, ring, values);
    }

    @Override
    void tearDown() {
        Liburing.queueExit(capture, ring);
    }
}
