package io.ouli.engine.http;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Eight bytes of an array looked at together. */
final class ByteWords {
    /** A byte times this stands in all eight places. */
    static final long ONES = 0x0101_0101_0101_0101L;

    private static final long HIGHS = 0x8080_8080_8080_8080L;
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private ByteWords() {
    }

    /** {@return the eight bytes at an index, the first of them lowest} */
    static long at(final byte[] bytes, final int index) {
        return (long) LONG.get(bytes, index);
    }

    /** Sets the high bit of each zero byte, and perhaps of bytes above one: only the lowest is to be trusted. */
    static long zeros(final long word) {
        return below(word, 1);
    }

    /**
     * Sets the high bit of each byte below a limit of at most 0x80; of bytes above one perhaps too, so that only the
     * lowest is to be trusted. 0 means for certain that there is none.
     */
    static long below(final long word, final int limit) {
        return word - limit * ONES & ~word & HIGHS;
    }
}
