package io.ouli.proxy.cli;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.LongFunction;
import java.util.function.ToLongFunction;

/**
 * Calls of every shape that the JDK's native memory access looks up by method handles when it is first used, so that
 * the AOT cache holds the code that calls such a shape.
 *
 * <p>A cache keeps that code for call sites like these, and for each that has the same types, but not for handles that
 * are looked up by name: the JDK would spin eleven classes for {@code ValueLayout} in each start, some 10 ms. Run in
 * training alone; a start uses what is in the cache by types. What is called here does not matter.
 */
final class TrainedShapes {
    private interface FromLongAndReference {
        Object apply(long first, Object second);
    }

    private interface FourLongs {
        long apply(long first, long second, long third, long fourth);
    }

    private interface Consumer {
        void accept(Object first, long second, Object third);
    }

    private interface Slice {
        MemorySegment apply(MemorySegment segment, long offset, long length);
    }

    private interface Dereference {
        MemorySegment apply(MemorySegment segment, AddressLayout layout, long offset);
    }

    private interface Resize {
        MemorySegment apply(Resizable segment, long length, Object other);
    }

    /** Has an interface's method with the types of {@code MemorySegment.reinterpret}, which is restricted. */
    private interface Resizable {
        MemorySegment resize(long length, Object other);
    }

    private TrainedShapes() {
    }

    /** Makes the calls; returns a number that depends on them all. */
    static long run() {
        final ToLongFunction<Object> toLong = TrainedShapes::toLong;
        final LongFunction<Object> fromLong = TrainedShapes::fromLong;
        final FromLongAndReference fromBoth = TrainedShapes::fromBoth;
        final FourLongs sum = TrainedShapes::sum;
        final Consumer consumer = TrainedShapes::consume;
        final Slice slice = MemorySegment::asSlice;
        final Dereference dereference = MemorySegment::get;
        final Resize resize = Resizable::resize;
        final MemorySegment segment = MemorySegment.ofArray(new long[1]);
        final Resizable same = (length, other) -> segment;
        consumer.accept(segment, 1, segment);
        return toLong.applyAsLong(segment) + fromLong.apply(1).hashCode() + fromBoth.apply(1, segment).hashCode()
                + sum.apply(1, 2, 3, 4) + slice.apply(segment, 0, 1).byteSize()
                + resize.apply(same, 1, segment).byteSize()
                + (dereference == null ? 0 : ValueLayout.ADDRESS.byteSize());
    }

    private static long toLong(final Object value) {
        return value.hashCode();
    }

    private static Object fromLong(final long value) {
        return value;
    }

    private static Object fromBoth(final long first, final Object second) {
        return first + second.hashCode();
    }

    private static long sum(final long first, final long second, final long third, final long fourth) {
        return first + second + third + fourth;
    }

    private static void consume(final Object first, final long second, final Object third) {
        fromBoth(second, first == null ? third : first);
    }
}
