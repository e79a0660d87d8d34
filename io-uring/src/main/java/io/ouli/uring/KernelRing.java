package io.ouli.uring;

import io.ouli.ffm.ErrnoCapture;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

import static java.lang.foreign.ValueLayout.JAVA_INT;

/**
 * A ring as the kernel made it: descriptor, mapped memory, registrations. Made by {@link KernelRings}, in one of two
 * ways that are the same to everything else.
 *
 * <p>What is used of {@code struct io_uring_params}, 120 bytes, all fields 4 bytes long:
 * <pre>
 *   offset   0  submission entries     offset  40  where in the queues' mapping: submission head
 *   offset   4  completion entries     offset  44  submission tail
 *   offset   8  set-up flags           offset  56  submission queue's flags
 *   offset  20  features               offset  64  array of indices
 *                                      offset  80  completion head
 *                                      offset  84  completion tail
 *                                      offset 100  completion entries
 * </pre>
 */
abstract class KernelRing {
    static final long PARAMS_LENGTH = 120;
    static final long SUBMISSION_ENTRIES = 0;
    static final long COMPLETION_ENTRIES = 4;
    static final long FLAGS = 8;
    static final long FEATURES = 20;
    static final long SUBMISSION_HEAD = 40;
    static final long SUBMISSION_TAIL = 44;
    static final long SUBMISSION_FLAGS = 56;
    static final long SUBMISSION_ARRAY = 64;
    static final long COMPLETION_HEAD = 80;
    static final long COMPLETION_TAIL = 84;
    static final long COMPLETION_CQES = 100;

    final ErrnoCapture capture = new ErrnoCapture();
    private final MemorySegment params;

    /** Takes the parameters that the kernel has filled in; they are not written again. */
    KernelRing(final MemorySegment params) {
        this.params = params;
    }

    /** {@return the name of the way in which this ring was set up, for people} */
    abstract String method();

    abstract int fd();

    /** {@return the set-up flags that the ring really has} */
    abstract int setupFlags();

    /** {@return the memory of both queues} */
    abstract MemorySegment queueMemory();

    /** {@return the memory of the submission entries} */
    abstract MemorySegment entryMemory();

    /** Lets the calling thread, from now on the owner, submit; 0 or the negative errno. */
    abstract int enable();

    /** Asks which operations there are; {@code probe} has room for 256. */
    abstract int registerProbe(MemorySegment probe);

    abstract int registerBufferRing(MemorySegment registration);

    abstract int unregisterBufferRing(int group);

    /** Pins memory; {@code vectors} is an array of {@code struct iovec}. */
    abstract int registerBuffers(MemorySegment vectors, int count);

    abstract int unregisterBuffers();

    /** Caps the kernel's helper threads; {@code values} is two ints, for regular files and for all else. */
    abstract int limitHelperThreads(MemorySegment values);

    /** Unmaps the memory and closes the descriptor. Nothing of this ring may be used afterwards. */
    abstract void tearDown();

    /** {@return the parameters with which to ask for a ring} */
    static MemorySegment params(final int flags, final int completionEntries) {
        final MemorySegment params = Arena.ofAuto().allocate(PARAMS_LENGTH, Long.BYTES);
        params.set(JAVA_INT, COMPLETION_ENTRIES, completionEntries);
        params.set(JAVA_INT, FLAGS, flags);
        return params;
    }

    /** {@return the set-up flags that the kernel has confirmed} */
    final int confirmedFlags() {
        return params.get(JAVA_INT, FLAGS);
    }

    final int features() {
        return params.get(JAVA_INT, FEATURES);
    }

    final int submissionEntries() {
        return params.get(JAVA_INT, SUBMISSION_ENTRIES);
    }

    final int completionEntries() {
        return params.get(JAVA_INT, COMPLETION_ENTRIES);
    }

    final long submissionHeadOffset() {
        return unsigned(SUBMISSION_HEAD);
    }

    final long submissionTailOffset() {
        return unsigned(SUBMISSION_TAIL);
    }

    final long submissionFlagsOffset() {
        return unsigned(SUBMISSION_FLAGS);
    }

    final long submissionArrayOffset() {
        return unsigned(SUBMISSION_ARRAY);
    }

    final long completionHeadOffset() {
        return unsigned(COMPLETION_HEAD);
    }

    final long completionTailOffset() {
        return unsigned(COMPLETION_TAIL);
    }

    final long completionEntriesOffset() {
        return unsigned(COMPLETION_CQES);
    }

    private long unsigned(final long at) {
        return Integer.toUnsignedLong(params.get(JAVA_INT, at));
    }
}
