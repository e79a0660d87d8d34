package io.ouli.engine.recording.disk;

import io.ouli.engine.recording.storage.StorageFile;
import io.ouli.ffm.ErrnoCapture;
import io.ouli.ffm.NativeLedger.Owner;
import io.ouli.ffm.NativeLedger;
import io.ouli.ffm.NativeMemory;
import io.ouli.uring.CompletionHandler;
import io.ouli.uring.FileOperations;
import io.ouli.uring.Ring;
import io.ouli.uring.RingException;
import io.ouli.uring.RingFeature;
import io.ouli.uring.RingOptions;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes and syncs through a ring of its own, from buffers that the kernel has pinned once (5.1).
 *
 * <p>Buffered writes of most file systems, and every sync, run on helper threads of the kernel's; the owner's call only
 * hands them over.
 *
 * <p><b>Design note:</b> with one processor there is nobody to hand a write to. The helper would copy it milliseconds
 * later, when several buffers have been filled and none of them is in the cache any more, which takes twice as long. So
 * there the owner copies each smaller buffer into the page cache itself, and hands over syncs only
 * (docs/adr/027-one-processor-writes-for-itself.md).
 */
final class UringQueue extends DiskQueue {
    /** Enough to go on filling while a sync holds up writes, and less than the usual ulimit -l of 8 MiB. */
    static final int BUFFERS = 6;
    /** A commit under way has one at least, and those of one file beyond that are writes of these buffers. */
    private static final int OPERATIONS = MAX_UNDER_WAY + 2 * BUFFERS;
    private static final int FILE_OP = 1;
    /** What stays in a second-level cache of 1 MiB from its first byte to its last; one piece of the page cache. */
    private static final int OWN_BUFFER_BYTES = 512 << 10;

    final FileOperations operations;
    final boolean registered;
    /** Whether the owner's thread writes, and hands over syncs only. */
    final boolean writesItself;
    private final Ring ring;
    private final NativeMemory memory;
    private final CompletionHandler handler;
    private final String description;
    private boolean taking;
    private boolean prepared;

    /**
     * Opens a ring for the calling thread.
     *
     * @param register     whether to have the buffers pinned, where that can be.
     * @param writesItself whether there is nobody else to write: then none are pinned.
     * @throws RuntimeException if io_uring is not available; says why.
     */
    UringQueue(final boolean register, final boolean writesItself) {
        super(BUFFERS, writesItself ? OWN_BUFFER_BYTES : BUFFER_BYTES);
        this.writesItself = writesItself;
        ring = Ring.open(RingOptions.DEFAULT.withEntries(64, 2 * OPERATIONS)).enable();
        operations = new FileOperations(ring, OPERATIONS, FILE_OP);
        handler = (userData, result, flags) -> operations.onCompletion(userData, result);
        memory = NativeMemory.anonymous(new ErrnoCapture(), (long) BUFFERS * bufferBytes());
        NativeLedger.note(Owner.BUFFERS, memory.segment());
        final String refusal = register && !writesItself ? register() : "not asked for";
        registered = refusal == null;
        description = writesItself
                ? "by the writer's thread, as there is one processor, and synced by io_uring, from buffers of 512 KiB"
                : "by io_uring, " + BUFFERS + (registered
                        ? " registered buffers of 1 MiB"
                        : " buffers of 1 MiB, not registered: " + refusal);
    }

    /** {@return why the buffers are not pinned, or null} */
    private String register() {
        if (!ring.features().isEnabled(RingFeature.REGISTERED_BUFFERS)) {
            return "switched off by -D" + RingFeature.REGISTERED_BUFFERS.property() + "=false, or not offered";
        }
        final List<MemorySegment> all = new ArrayList<>();
        for (int index = 0; index < BUFFERS; index++) {
            all.add(memory(index));
        }
        try {
            ring.registerBuffers(all);
            return null;
        } catch (final RingException e) {
            return e.getMessage();
        }
    }

    @Override
    public String describe() {
        return description;
    }

    @Override
    DiskFile openFile(final Path path, final StorageFile file) throws IOException {
        return UringFile.open(this, path, file);
    }

    /** Hands what was prepared to the kernel, without waiting: the next buffer is filled meanwhile. */
    void submit() {
        if (taking) {
            prepared = true;
        } else {
            ring.submitAndWait(0, 0);
        }
    }

    @Override
    void take(final long timeoutNanos) {
        ring.submitAndWait(timeoutNanos == 0 ? 0 : 1, timeoutNanos == FOREVER ? -1 : timeoutNanos);
        taking = true;
        try {
            ring.reap(handler, Integer.MAX_VALUE);
        } finally {
            taking = false;
        }
        if (prepared) {
            prepared = false;
            submit();
        }
    }

    @Override
    MemorySegment memory(final int index) {
        return memory.segment().asSlice((long) index * bufferBytes(), bufferBytes());
    }

    @Override
    public void close() {
        if (ring.close(handler, Ring.CLOSE_TIMEOUT_NANOS)) {
            memory.close();
        }
    }
}
