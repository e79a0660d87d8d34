package io.ouli.ffm;

import io.ouli.ffm.generated.LibcHeader;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;

/**
 * The three system calls of io_uring, for which libc has no functions. Results are zero or more, or the negative errno.
 *
 * <p>None may be linked as critical: even an enter that waits for nothing runs sends, receives and all deferred work of
 * the ring inside the call.
 */
public final class IoUringSyscalls {
    private static final MethodHandle SYSCALL = Downcall.libc("syscall");
    // 425 to 427 on every processor.
    private static final long SETUP = LibcHeader.SYS_io_uring_setup;
    private static final long ENTER = LibcHeader.SYS_io_uring_enter;
    private static final long REGISTER = LibcHeader.SYS_io_uring_register;

    private IoUringSyscalls() {
    }

    /**
     * Makes a ring and returns its descriptor.
     *
     * @param entries of the submission queue.
     * @param params  a {@code struct io_uring_params}, 120 bytes; the kernel fills in sizes, offsets and features.
     */
    public static int setup(final ErrnoCapture capture, final int entries, final MemorySegment params) {
        final long result = Downcall.call(SYSCALL, capture, SETUP, entries, Downcall.pointer(params));
        Reference.reachabilityFence(params);
        return Downcall.intResult(result, capture);
    }

    /**
     * Submits entries, runs deferred work, and waits for completions; blocks when {@code minComplete} is not 0.
     *
     * @param argument what the flags call for: with EXT_ARG the address of a {@code struct io_uring_getevents_arg}.
     * @return how many entries were taken.
     */
    public static int enter(
            final ErrnoCapture capture,
            final int ringFd,
            final int toSubmit,
            final int minComplete,
            final int flags,
            final long argument,
            final long argumentLength) {
        final long result;
        try {
            result = (long) SYSCALL.invokeExact(
                    capture.segment, ENTER, (long) ringFd, (long) toSubmit, (long) minComplete, (long) flags,
                    argument, argumentLength);
        } catch (final Throwable unexpected) {
            throw Downcall.failure(unexpected);
        }
        return Downcall.intResult(result, capture);
    }

    /**
     * Registers something with a ring, or asks it something.
     *
     * @param opcode   IORING_REGISTER_… or IORING_UNREGISTER_….
     * @param argument the opcode's structure, or {@link MemorySegment#NULL}.
     * @param count    of what the argument holds.
     */
    public static int register(
            final ErrnoCapture capture,
            final int ringFd,
            final int opcode,
            final MemorySegment argument,
            final int count) {
        final long result =
                Downcall.call(SYSCALL, capture, REGISTER, ringFd, opcode, Downcall.pointer(argument), count);
        Reference.reachabilityFence(argument);
        return Downcall.intResult(result, capture);
    }
}
