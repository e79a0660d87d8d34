package io.ouli.redact;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * The literals of one search, and which of them wins where several begin at one position.
 *
 * <p>A literal is named by its index in the list it came in. The bytes are copied, kept in one array and overwritten by
 * {@link #close}; nothing here ever prints them. Immutable until closed, hence safe for use by several threads.
 */
public final class LiteralSet implements AutoCloseable {
    /** Which literal wins where several begin at one position. */
    public enum Order {
        /** The longest. A secret that begins with another one never leaves its tail behind. */
        LONGEST_FIRST,
        /** The one that was listed first, even when a later one is longer; what an alternation of a regex does. */
        LISTED
    }

    private final Order order;
    private final byte[] pool;
    private final int[] offsets;
    private final int minLength;
    private final int maxLength;

    private LiteralSet(final Order order, final List<byte[]> literals) {
        this.order = order;
        offsets = new int[literals.size() + 1];
        int length = 0;
        int min = Integer.MAX_VALUE;
        int max = 0;
        for (int i = 0; i < literals.size(); i++) {
            final int literalLength = literals.get(i).length;
            if (literalLength == 0) {
                throw new IllegalArgumentException("literal " + i + " is empty; an empty literal is everywhere");
            }
            length = Math.addExact(length, literalLength);
            offsets[i + 1] = length;
            min = Math.min(min, literalLength);
            max = Math.max(max, literalLength);
        }
        pool = new byte[length];
        for (int i = 0; i < literals.size(); i++) {
            System.arraycopy(literals.get(i), 0, pool, offsets[i], literals.get(i).length);
        }
        minLength = literals.isEmpty() ? 0 : min;
        maxLength = max;
    }

    /** {@return a set in which the longest literal wins} */
    public static LiteralSet of(final List<byte[]> literals) {
        return new LiteralSet(Order.LONGEST_FIRST, literals);
    }

    /**
     * {@return a set in which {@code order} decides}
     *
     * @throws IllegalArgumentException if a literal is empty.
     */
    public static LiteralSet of(final Order order, final List<byte[]> literals) {
        return new LiteralSet(order, literals);
    }

    /** {@return what decides where several literals begin at one place} */
    public Order order() {
        return order;
    }

    /** {@return how many literals there are} */
    public int size() {
        return offsets.length - 1;
    }

    /** {@return the length in bytes of the shortest literal, 0 if there is none} */
    public int minLength() {
        return minLength;
    }

    /** {@return the length in bytes of the longest literal, 0 if there is none} */
    public int maxLength() {
        return maxLength;
    }

    /** {@return the length in bytes of one literal} */
    public int length(final int literal) {
        return offsets[literal + 1] - offsets[literal];
    }

    /** {@return the sum of the lengths in bytes} */
    public int totalLength() {
        return pool.length;
    }

    /** {@return one byte of one literal} */
    public byte at(final int literal, final int index) {
        return pool[offsets[literal] + index];
    }

    /** {@return whether the whole literal stands in {@code text} at {@code position}, before {@code to}} */
    public boolean matchesAt(final int literal, final byte[] text, final int position, final int to) {
        final int start = offsets[literal];
        final int end = offsets[literal + 1];
        return position + end - start <= to
                && Arrays.equals(pool, start, end, text, position, position + end - start);
    }

    /**
     * {@return whether {@code candidate} wins over {@code other} where both begin at one position} Equal literals: the
     * one listed first.
     */
    public boolean precedes(final int candidate, final int other) {
        if (order == Order.LISTED) {
            return candidate < other;
        }
        final int difference = length(candidate) - length(other);
        return difference > 0 || difference == 0 && candidate < other;
    }

    /**
     * Lists the literals that can never match, since one that wins over them is their prefix. In
     * {@link Order#LISTED} the tail of such a literal stays in the text: worth a warning.
     */
    public List<Integer> shadowed() {
        final List<Integer> shadowed = new ArrayList<>();
        for (int i = 0; i < size(); i++) {
            for (int j = 0; j < size(); j++) {
                if (i != j && precedes(j, i) && matchesAt(j, pool, offsets[i], offsets[i + 1])) {
                    shadowed.add(i);
                    break;
                }
            }
        }
        return Collections.unmodifiableList(shadowed);
    }

    /** {@return a set of some of the literals; literal i of it is {@code literals[i]} of this one} */
    LiteralSet subset(final int[] literals) {
        final List<byte[]> chosen = new ArrayList<>();
        for (final int literal : literals) {
            chosen.add(Arrays.copyOfRange(pool, offsets[literal], offsets[literal + 1]));
        }
        final LiteralSet subset = new LiteralSet(order, chosen);
        chosen.forEach(bytes -> Arrays.fill(bytes, (byte) 0));
        return subset;
    }

    /** Overwrites the literals. No search may be under way or follow. */
    @Override
    public void close() {
        Arrays.fill(pool, (byte) 0);
    }

    @Override
    public String toString() {
        return size() + " literals of " + minLength + " to " + maxLength + " bytes";
    }
}
