package io.ouli.uring;

import io.ouli.ffm.ErrnoCapture;
import io.ouli.ffm.IoUringSyscalls;
import io.ouli.ffm.LibcFile;
import io.ouli.ffm.NativeException;
import io.ouli.ffm.NativeLedger.Owner;
import io.ouli.ffm.NativeLedger;
import io.ouli.ffm.NativeMemory;
import io.ouli.ffm.generated.IoUringHeader;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A ring set up by system calls alone; needs nothing installed. */
final class SyscallKernelRing extends KernelRing {
    private final int fd;
    private final int setupFlags;
    private final NativeMemory queues;
    private final NativeMemory entries;

    private SyscallKernelRing(
            final MemorySegment params, final int fd, final NativeMemory queues, final NativeMemory entries) {
        super(params);
        this.fd = fd;
        this.setupFlags = confirmedFlags();
        this.queues = queues;
        this.entries = entries;
    }

    /**
     * Makes a ring.
     *
     * @param params flags and completion entries on entry; filled in by the kernel.
     * @throws NativeException if the kernel refuses.
     */
    static SyscallKernelRing open(final ErrnoCapture capture, final int submissionEntries, final MemorySegment params) {
        final int fd = IoUringSyscalls.setup(capture, submissionEntries, params);
        if (fd < 0) {
            throw new NativeException("cannot set up io_uring", -fd);
        }
        NativeMemory queues = null;
        NativeMemory entries = null;
        try {
            // Both queues in one mapping: IORING_FEAT_SINGLE_MMAP, 5.4, which KernelRings insists on.
            final var offsets = new SyscallKernelRing(params, fd, null, null);
            final long completionsEnd = offsets.completionEntriesOffset()
                    + (long) offsets.completionEntries() * CompletionQueue.ENTRY_LENGTH;
            final long arrayEnd =
                    offsets.submissionArrayOffset() + (long) offsets.submissionEntries() * Integer.BYTES;
            queues = NativeMemory.mapShared(
                    capture, fd, IoUringHeader.IORING_OFF_SQ_RING, Math.max(completionsEnd, arrayEnd));
            entries = NativeMemory.mapShared(
                    capture,
                    fd,
                    IoUringHeader.IORING_OFF_SQES,
                    (long) offsets.submissionEntries() * SubmissionQueue.ENTRY_LENGTH);
            NativeLedger.note(Owner.RINGS, queues.segment());
            NativeLedger.note(Owner.RINGS, entries.segment());
            final var ring = new SyscallKernelRing(params, fd, queues, entries);
            ring.fillSubmissionArray();
            return ring;
        } catch (final NativeException refused) {
            closeAll(capture, fd, queues, entries);
            throw refused;
        }
    }

    /** Where there is an array of indices, slot i always names entry i. */
    private void fillSubmissionArray() {
        if ((setupFlags & IoUringHeader.IORING_SETUP_NO_SQARRAY) != 0) {
            return;
        }
        final long array = submissionArrayOffset();
        for (int index = 0; index < submissionEntries(); index++) {
            queueMemory().set(ValueLayout.JAVA_INT, array + (long) index * Integer.BYTES, index);
        }
    }

    @Override
    String method() {
        return "system calls";
    }

    @Override
    int fd() {
        return fd;
    }

    @Override
    int setupFlags() {
        return setupFlags;
    }

    @Override
    MemorySegment queueMemory() {
        return queues.segment();
    }

    @Override
    MemorySegment entryMemory() {
        return entries.segment();
    }

    @Override
    int enable() {
        return register(IoUringHeader.IORING_REGISTER_ENABLE_RINGS, MemorySegment.NULL, 0);
    }

    @Override
    int registerProbe(final MemorySegment probe) {
        return register(IoUringHeader.IORING_REGISTER_PROBE, probe, 256);
    }

    @Override
    int registerBufferRing(final MemorySegment registration) {
        return register(IoUringHeader.IORING_REGISTER_PBUF_RING, registration, 1);
    }

    @Override
    int unregisterBufferRing(final int group) {
        return register(IoUringHeader.IORING_UNREGISTER_PBUF_RING, BufferRegistration.of(0, 0, group), 1);
    }

    @Override
    int registerBuffers(final MemorySegment vectors, final int count) {
        return register(IoUringHeader.IORING_REGISTER_BUFFERS, vectors, count);
    }

    @Override
    int unregisterBuffers() {
        return register(IoUringHeader.IORING_UNREGISTER_BUFFERS, MemorySegment.NULL, 0);
    }

    @Override
    int limitHelperThreads(final MemorySegment values) {
        return register(IoUringHeader.IORING_REGISTER_IOWQ_MAX_WORKERS, values, 2);
    }

    @Override
    void tearDown() {
        closeAll(capture, fd, queues, entries);
    }

    private int register(final int opcode, final MemorySegment argument, final int count) {
        return IoUringSyscalls.register(capture, fd, opcode, argument, count);
    }

    private static void closeAll(
            final ErrnoCapture capture, final int fd, final NativeMemory queues, final NativeMemory entries) {
        if (entries != null) {
            entries.close();
        }
        if (queues != null) {
            queues.close();
        }
        LibcFile.close(capture, fd);
    }
}
