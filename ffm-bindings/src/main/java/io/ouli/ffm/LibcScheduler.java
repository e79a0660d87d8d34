package io.ouli.ffm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;
import java.util.BitSet;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

/** The libc calls that bind threads to processors; control plane, they allocate. */
public final class LibcScheduler {
    /** Bytes of a processor mask: room for 8,192 processors, the most that Linux can be built for. */
    private static final int MASK_LENGTH = 1_024;

    private static final MethodHandle SCHED_SETAFFINITY = Downcall.libc("sched_setaffinity");
    private static final MethodHandle SCHED_GETAFFINITY = Downcall.libc("sched_getaffinity");

    private LibcScheduler() {
    }

    /**
     * Binds a thread to processors.
     *
     * @param threadId of Linux, or 0 for the calling thread.
     * @param cpus     the numbers of the processors it may run on.
     * @return 0, or the negative errno: EINVAL when none of them may be used by this process.
     */
    public static int setAffinity(final ErrnoCapture capture, final int threadId, final BitSet cpus) {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment mask = arena.allocate(MASK_LENGTH, Long.BYTES);
            final byte[] bits = cpus.toByteArray();
            if (bits.length > MASK_LENGTH) {
                throw new IllegalArgumentException("no such processor: " + (cpus.length() - 1));
            }
            MemorySegment.copy(bits, 0, mask, JAVA_BYTE, 0, bits.length);
            final long result =
                    Downcall.call(SCHED_SETAFFINITY, capture, threadId, MASK_LENGTH, Downcall.pointer(mask));
            Reference.reachabilityFence(mask);
            return Downcall.intResult(result, capture);
        }
    }

    /** Binds the calling thread to one processor; returns 0 or the negative errno. */
    public static int pinCurrentThread(final ErrnoCapture capture, final int cpu) {
        final BitSet cpus = new BitSet();
        cpus.set(cpu);
        return setAffinity(capture, 0, cpus);
    }

    /**
     * Reads which processors a thread may run on.
     *
     * @param threadId of Linux, or 0 for the calling thread.
     * @param cpus     receives the numbers; cleared first.
     * @return 0, or the negative errno.
     */
    public static int getAffinity(final ErrnoCapture capture, final int threadId, final BitSet cpus) {
        cpus.clear();
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment mask = arena.allocate(MASK_LENGTH, Long.BYTES);
            final long result =
                    Downcall.call(SCHED_GETAFFINITY, capture, threadId, MASK_LENGTH, Downcall.pointer(mask));
            Reference.reachabilityFence(mask);
            final int error = Downcall.intResult(result, capture);
            if (error < 0) {
                return error;
            }
            cpus.or(BitSet.valueOf(mask.toArray(JAVA_LONG)));
            return 0;
        }
    }
}
