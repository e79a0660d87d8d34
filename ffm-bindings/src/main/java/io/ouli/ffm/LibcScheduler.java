package io.ouli.ffm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;
import java.util.BitSet;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

/** The calls that bind threads to processors and say how they want their time; control plane, they allocate. */
public final class LibcScheduler {
    /** Bytes of a processor mask: room for 8,192 processors, the most that Linux can be built for. */
    private static final int MASK_LENGTH = 1_024;

    private static final MethodHandle SCHED_SETAFFINITY = Downcall.libc("sched_setaffinity");
    private static final MethodHandle SCHED_GETAFFINITY = Downcall.libc("sched_getaffinity");

    /**
     * What is used of {@code struct sched_attr}, 48 bytes in its first version (3.14), and the numbers of its calls,
     * for which older libraries have no functions.
     * <pre>
     *   offset 0  size 4 | policy 4      offset 24  runtime 8: of the usual policy the slice (6.12)
     * </pre>
     */
    private static final MethodHandle SYSCALL = Downcall.libc("syscall");
    private static final boolean X86_64 = System.getProperty("os.arch").equals("amd64");
    private static final long SYS_SCHED_SETATTR = X86_64 ? 314 : 274;
    private static final long SYS_SCHED_GETATTR = X86_64 ? 315 : 275;
    private static final int ATTR_LENGTH = 48;
    private static final long ATTR_POLICY = 4;
    private static final long ATTR_RUNTIME = 24;
    private static final int SCHED_OTHER = 0;

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

    /**
     * Asks for slices of another length for the calling thread, and changes nothing else of how it is scheduled: the
     * shorter, the sooner it gets its turn after a wait, and the sooner it is another's. Needs no privilege.
     *
     * @param nanos of a slice; the kernel takes 100,000 to 100,000,000.
     * @return the length before, 0 where the kernel knows of none (before 6.12) or the thread has a policy of its own,
     *         or the negative errno.
     */
    public static long setSlice(final ErrnoCapture capture, final long nanos) {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment attributes = arena.allocate(ATTR_LENGTH, Long.BYTES);
            long result = Downcall.call(
                    SYSCALL, capture, SYS_SCHED_GETATTR, 0, Downcall.pointer(attributes), ATTR_LENGTH, 0);
            final int error = Downcall.intResult(result, capture);
            final long before = attributes.get(JAVA_LONG, ATTR_RUNTIME);
            if (error < 0 || before == 0 || attributes.get(JAVA_INT, ATTR_POLICY) != SCHED_OTHER) {
                return Math.min(error, 0);
            }
            attributes.set(JAVA_LONG, ATTR_RUNTIME, nanos);
            result = Downcall.call(SYSCALL, capture, SYS_SCHED_SETATTR, 0, Downcall.pointer(attributes));
            Reference.reachabilityFence(attributes);
            return result == 0 ? before : Downcall.intResult(result, capture);
        }
    }
}
