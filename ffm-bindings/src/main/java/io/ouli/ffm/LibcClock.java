package io.ouli.ffm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;
import java.util.concurrent.TimeUnit;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

/** What the kernel tells of its clocks; control plane, it allocates. */
public final class LibcClock {
    private static final MethodHandle CLOCK_GETRES = Downcall.libc("clock_getres");
    /** The clock that advances with the kernel's tick, and so is as fine as that is long. */
    private static final int CLOCK_MONOTONIC_COARSE = 6;
    /** {@code struct timespec}: seconds 8 | nanoseconds 8. */
    private static final int TIMESPEC_LENGTH = 16;

    private LibcClock() {
    }

    /** {@return the length of the kernel's tick in nanoseconds, 1 to 10 ms, or the negative errno} */
    public static long tickNanos(final ErrnoCapture capture) {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment resolution = arena.allocate(TIMESPEC_LENGTH, Long.BYTES);
            final long result =
                    Downcall.call(CLOCK_GETRES, capture, CLOCK_MONOTONIC_COARSE, Downcall.pointer(resolution));
            Reference.reachabilityFence(resolution);
            final int error = Downcall.intResult(result, capture);
            return error < 0
                    ? error
                    : TimeUnit.SECONDS.toNanos(resolution.get(JAVA_LONG, 0)) + resolution.get(JAVA_LONG, Long.BYTES);
        }
    }
}
