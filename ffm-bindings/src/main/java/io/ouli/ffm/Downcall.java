package io.ouli.ffm;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * Links and makes the calls of this package, all through one shape: seven 64-bit integers in, one out, errno captured.
 *
 * <p>The linker generates classes for every new shape of function, which costs 5 to 10 ms of start-up each; another
 * function of a known shape costs 0.1 ms. One shape can serve all, because the ABIs of 64-bit Linux (System V x86-64,
 * AAPCS64) pass every integer and pointer in a 64-bit register of which the callee reads only the width it declares,
 * and because a callee does not look at arguments that it does not declare. Variadic functions take integers in
 * the same places there. Generated descriptors are compared with these assumptions by a test.
 */
final class Downcall {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final FunctionDescriptor SHAPE = FunctionDescriptor.of(
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG);
    private static final Linker.Option[] OPTIONS = {
        Linker.Option.captureCallState("errno"), Linker.Option.firstVariadicArg(1)};

    private Downcall() {
    }

    /** Links a function of libc. */
    static MethodHandle libc(final String name) {
        return link(LINKER.defaultLookup(), name)
                .orElseThrow(() -> new UnsupportedOperationException("libc has no function " + name));
    }

    /** Links a function found by a lookup, or returns empty when there is none of that name. */
    static Optional<MethodHandle> link(final SymbolLookup lookup, final String name) {
        return lookup.find(name).map(address -> LINKER.downcallHandle(address, SHAPE, OPTIONS));
    }

    static long call(final MethodHandle function, final ErrnoCapture capture, final long a) {
        return call(function, capture, a, 0, 0, 0, 0, 0, 0);
    }

    static long call(final MethodHandle function, final ErrnoCapture capture, final long a, final long b) {
        return call(function, capture, a, b, 0, 0, 0, 0, 0);
    }

    static long call(
            final MethodHandle function, final ErrnoCapture capture, final long a, final long b, final long c) {
        return call(function, capture, a, b, c, 0, 0, 0, 0);
    }

    static long call(
            final MethodHandle function,
            final ErrnoCapture capture,
            final long a,
            final long b,
            final long c,
            final long d,
            final long e) {
        return call(function, capture, a, b, c, d, e, 0, 0);
    }

    static long call(
            final MethodHandle function,
            final ErrnoCapture capture,
            final long a,
            final long b,
            final long c,
            final long d,
            final long e,
            final long f,
            final long g) {
        try {
            return (long) function.invokeExact(capture.segment, a, b, c, d, e, f, g);
        } catch (final Throwable unexpected) {
            throw failure(unexpected);
        }
    }

    /** {@return the result of a function declared to return int, or its negative errno} */
    static int intResult(final long result, final ErrnoCapture capture) {
        final int value = (int) result;
        return value == -1 ? -capture.errno() : value;
    }

    /** {@return the result of a function declared to return a long or a pointer, or its negative errno} */
    static long longResult(final long result, final ErrnoCapture capture) {
        return result == -1 ? -capture.errno() : result;
    }

    /**
     * {@return the address that a callee is given} The caller keeps the segment reachable until the call is over.
     *
     * @throws IllegalArgumentException for a heap segment, which has no address a callee could use.
     * @throws IllegalStateException    for a segment whose memory has been freed.
     */
    static long pointer(final MemorySegment segment) {
        if (!segment.isNative()) {
            throw new IllegalArgumentException("a native call needs native memory, got a heap segment");
        }
        if (!segment.scope().isAlive()) {
            throw new IllegalStateException("the memory given to a native call has been freed");
        }
        return segment.address();
    }

    /** A downcall throws nothing of its own; what comes here is the virtual machine's: out of memory, say. */
    static RuntimeException failure(final Throwable unexpected) {
        if (unexpected instanceof RuntimeException exception) {
            throw exception;
        }
        if (unexpected instanceof Error error) {
            throw error;
        }
        return new IllegalStateException("a native call failed", unexpected);
    }
}
