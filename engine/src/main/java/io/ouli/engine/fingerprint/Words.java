package io.ouli.engine.fingerprint;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Eight bytes of an array at once. An array that is too short for that throws, as for any index. */
final class Words {
    static final int BYTES = Long.BYTES;
    /** A word each of whose bytes is 1. */
    static final long ONES = 0x0101010101010101L;
    /** A word each of whose bytes has its high bit set alone. */
    static final long HIGHS = 0x8080808080808080L;

    private static final VarHandle LITTLE =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle BIG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle BIG_INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private Words() {
    }

    /** {@return the word at an index, the first byte as the lowest} */
    static long get(final byte[] bytes, final int at) {
        return (long) LITTLE.get(bytes, at);
    }

    static void put(final byte[] bytes, final int at, final long word) {
        LITTLE.set(bytes, at, word);
    }

    static void copyFour(final byte[] from, final int fromAt, final byte[] to, final int toAt) {
        put(to, toAt, get(from, fromAt));
        put(to, toAt + BYTES, get(from, fromAt + BYTES));
        put(to, toAt + 2 * BYTES, get(from, fromAt + 2 * BYTES));
        put(to, toAt + 3 * BYTES, get(from, fromAt + 3 * BYTES));
    }

    static void putInt(final byte[] bytes, final int at, final int value) {
        BIG_INT.set(bytes, at, value);
    }

    /** {@return the first bytes of a range, at most eight, as a number that is ordered as they are; zeros follow} */
    static long prefix(final byte[] bytes, final int start, final int end) {
        final int length = end - start;
        if (bytes.length - start >= BYTES) {
            final long word = (long) BIG.get(bytes, start);
            return length >= BYTES ? word : length == 0 ? 0 : word & -1L << Long.SIZE - length * Byte.SIZE;
        }
        long word = 0;
        for (int i = 0; i < length; i++) {
            word |= (bytes[start + i] & 0xffL) << Long.SIZE - (i + 1) * Byte.SIZE;
        }
        return word;
    }
}
