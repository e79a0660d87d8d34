package io.ouli.proxy.cli;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.function.BinaryOperator;
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

    /** Has the types of a method that is looked up when it is called, on a class that may have others below it. */
    private interface Merge {
        Object apply(HashMap<Object, Object> map, Object key, Object value, BinaryOperator<Object> function);
    }

    private interface FourAndLong {
        Object apply(Object first, Object second, Object third, Object fourth, long fifth);
    }

    private interface FourAndLongAndOne {
        Object apply(Object first, Object second, Object third, Object fourth, long fifth, Object sixth);
    }

    private interface FourAndLongAndTwo {
        Object apply(Object first, Object second, Object third, Object fourth, long fifth, Object sixth,
                Object seventh);
    }

    private interface FourAndLongAndThree {
        Object apply(Object first, Object second, Object third, Object fourth, long fifth, Object sixth,
                Object seventh, Object eighth);
    }

    private interface ThreeAndEightLongs {
        long apply(Object first, Object second, Object third,
                long a, long b, long c, long d, long e, long f, long g, long h);
    }

    private interface ObjectAndThreeAndEightLongs {
        long apply(TrainedShapes object, Object first, Object second, Object third,
                long a, long b, long c, long d, long e, long f, long g, long h);
    }

    private interface ObjectAndTenLongs {
        long apply(TrainedShapes object,
                long a, long b, long c, long d, long e, long f, long g, long h, long i, long j);
    }

    private TrainedShapes() {
    }

    /** Makes calls of the shapes that the JDK passes through when it links a native function of seven integers. */
    static long runForRing() {
        final Merge merge = HashMap::merge;
        final FourAndLong andLong = TrainedShapes::withLong;
        final FourAndLongAndOne andOne = TrainedShapes::withOne;
        final FourAndLongAndTwo andTwo = TrainedShapes::withTwo;
        final FourAndLongAndThree andThree = TrainedShapes::withThree;
        final ThreeAndEightLongs integers = TrainedShapes::integers;
        final ObjectAndThreeAndEightLongs ofObject = TrainedShapes::ofObject;
        final ObjectAndTenLongs tenOfObject = TrainedShapes::tenOfObject;
        final TrainedShapes any = new TrainedShapes();
        return merge.apply(new HashMap<>(), any, any, (value, other) -> other).hashCode()
                + andLong.apply(any, any, any, any, 1).hashCode()
                + andOne.apply(any, any, any, any, 1, any).hashCode()
                + andTwo.apply(any, any, any, any, 1, any, any).hashCode()
                + andThree.apply(any, any, any, any, 1, any, any, any).hashCode()
                + integers.apply(any, any, any, 1, 2, 3, 4, 5, 6, 7, 8)
                + ofObject.apply(any, any, any, any, 1, 2, 3, 4, 5, 6, 7, 8)
                + tenOfObject.apply(any, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
    }

    private long tenOfObject(final long a, final long b, final long c, final long d, final long e,
            final long f, final long g, final long h, final long i, final long j) {
        return integers(this, this, this, a, b, c, d, e, f, g, h) + i + j;
    }

    private long ofObject(final Object first, final Object second, final Object third, final long a,
            final long b, final long c, final long d, final long e, final long f, final long g, final long h) {
        return integers(first == null ? this : first, second, third, a, b, c, d, e, f, g, h);
    }

    private static Object withLong(
            final Object first, final Object second, final Object third, final Object fourth, final long fifth) {
        return fifth + first.hashCode() + second.hashCode() + third.hashCode() + fourth.hashCode();
    }

    private static Object withOne(final Object first, final Object second, final Object third, final Object fourth,
            final long fifth, final Object sixth) {
        return withLong(first, second, third, sixth == null ? fourth : sixth, fifth);
    }

    private static Object withTwo(final Object first, final Object second, final Object third, final Object fourth,
            final long fifth, final Object sixth, final Object seventh) {
        return withOne(first, second, third, fourth, fifth, seventh == null ? sixth : seventh);
    }

    private static Object withThree(final Object first, final Object second, final Object third, final Object fourth,
            final long fifth, final Object sixth, final Object seventh, final Object eighth) {
        return withTwo(first, second, third, fourth, fifth, sixth, eighth == null ? seventh : eighth);
    }

    private static long integers(final Object first, final Object second, final Object third, final long a,
            final long b, final long c, final long d, final long e, final long f, final long g, final long h) {
        return withLong(first, second, third, first, a).hashCode() + b + c + d + e + f + g + h;
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
        final MemorySegment segment = MemorySegment.ofArray(new byte[1]);
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
