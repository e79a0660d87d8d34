package io.ouli.uring;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The longest wait of an enter, as the kernel reads it (EXT_ARG, 5.11): two structures behind one another.
 *
 * <pre>
 *   offset  0  struct io_uring_getevents_arg: signal mask 8 (none) | its size 4 | unused 4 | address of what follows 8
 *   offset 24  struct __kernel_timespec: seconds 8 | nanoseconds 8
 * </pre>
 */
final class WaitArgument {
    static final long ARGUMENT_LENGTH = 24;

    static final long TIMESPEC_ADDRESS = 16;

    private static final long TIMESPEC = 24;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final MemorySegment memory = Arena.ofAuto().allocate(TIMESPEC + 16, 8);

    WaitArgument() {
        memory.set(ValueLayout.JAVA_LONG, TIMESPEC_ADDRESS, memory.address() + TIMESPEC);
    }

    /** Sets the wait and returns the argument's address. */
    long nanos(final long timeoutNanos) {
        memory.set(ValueLayout.JAVA_LONG, TIMESPEC, timeoutNanos / NANOS_PER_SECOND);
        memory.set(ValueLayout.JAVA_LONG, TIMESPEC + 8, timeoutNanos % NANOS_PER_SECOND);
        return memory.address();
    }
}
