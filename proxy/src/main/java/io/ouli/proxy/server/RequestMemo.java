package io.ouli.proxy.server;

import io.ouli.engine.Replayer;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Requests of one route that were answered from a recording, with their keys: one that comes again byte for byte is
 * parsed, redacted and fingerprinted no more, since all of that depends on nothing but its bytes. docs/adr/023.
 *
 * <p>For one thread; a bounded table that is found by a hash of the request line and believed only after the comparison
 * of every byte. Only requests without a body are kept, of at most {@link #MOST_BYTES}. Where few requests come again,
 * the table rests, and costs nothing meanwhile.
 *
 * <pre>
 * place of way w in set s: i = s × WAYS + w
 *   hashes[i] (0: free), records[i] (made when first used)
 * record
 *   offset  0  length of the request 8 | key 32 | request, at most 512
 * </pre>
 *
 * <p>What is needed of one request lies together: each of the lines of a thousand requests is as likely as not to come
 * from outside the core's own caches, which the replies fill.
 *
 * <p>Each request has two sets, and goes into the second when the first is half full and fuller. With one set,
 * six of a thousand would find no place for good, and what then parses them is too seldom needed to be compiled. No
 * place becomes free again, so the free ones of a set are its last.
 */
public final class RequestMemo {
    /** The longest request that is kept, in bytes. */
    static final int MOST_BYTES = 512;
    /** How many requests are kept at most. */
    static final int CAPACITY = 4_096;
    /** The longest request line that is looked at. */
    static final int MOST_LINE_BYTES = 256;
    /** After so many look-ups it is seen whether they were worth it. */
    static final int WINDOW = 4 * CAPACITY;
    /** The least part of a window's look-ups that must find something: one in so many. */
    static final int LEAST_FOUND = 8;
    /** How many requests pass without a look-up when they were not. */
    static final int REST = 16 * WINDOW;

    private static final int WAYS = 4;
    private static final int HALF = WAYS / 2;
    private static final int KEY_AT = Long.BYTES;
    private static final int REQUEST_AT = KEY_AT + Replayer.KEY_BYTES;
    private static final int RECORD_BYTES = REQUEST_AT + MOST_BYTES;
    private static final int SETS = CAPACITY / WAYS;
    private static final int SET_SHIFT = 64 - Integer.numberOfTrailingZeros(SETS);
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long LINE_FEEDS = 0x0A0A_0A0A_0A0A_0A0AL;
    private static final long LOW_BITS = 0x0101_0101_0101_0101L;
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;
    private static final long MULTIPLIER = 0x9E37_79B9_7F4A_7C15L;
    private static final long OTHER_MULTIPLIER = 0xC2B2_AE3D_27D4_EB4FL;
    /** Stands for a request whose line is not there whole, or too long. */
    private static final long NO_HASH = 0;

    private long[] hashes;
    /** An array a place: a start's first request would wait a millisecond for two megabytes that are all zeros. */
    private byte[][] records;
    /** The place that {@link #find} found or {@link #keep} filled last. */
    private int found;
    private int looked;
    private int foundInWindow;
    private int resting;
    /** Which way of a request's sets gives place next when both are full. */
    private int victim;

    /** Makes one that remembers nothing yet. */
    public RequestMemo() {
    }

    /**
     * Looks for the request that bytes begin with.
     *
     * @return its length, 0 if it is not here; then {@link #keep} may put it here.
     */
    int find(final byte[] bytes, final int start, final int limit) {
        if (resting > 0) {
            resting--;
            return 0;
        }
        final long hash = hash(bytes, start, limit);
        if (hash == NO_HASH) {
            return 0;
        }
        if (++looked > WINDOW) {
            weigh();
        }
        if (hashes != null) {
            final int first = set(hash);
            int place = way(first, hash, bytes, start, limit);
            if (place < 0 && hashes[first + HALF - 1] != NO_HASH) {
                place = way(secondSet(hash), hash, bytes, start, limit);
            }
            if (place >= 0) {
                found = place;
                foundInWindow++;
                return length(records[place]);
            }
        }
        return 0;
    }

    /** {@return which place of a set has the request that bytes begin with; -1 if none} */
    private int way(final int set, final long hash, final byte[] bytes, final int start, final int limit) {
        for (int place = set; place < set + WAYS; place++) {
            if (hashes[place] == hash && beginsWith(bytes, start, limit, records[place])) {
                return place;
            }
        }
        return -1;
    }

    /** {@return how many places of a set are taken} */
    private int taken(final int set) {
        int taken = 0;
        while (taken < WAYS && hashes[set + taken] != NO_HASH) {
            taken++;
        }
        return taken;
    }

    private static boolean beginsWith(final byte[] bytes, final int start, final int limit, final byte[] record) {
        final int length = length(record);
        return length <= limit - start
                && Arrays.equals(bytes, start, start + length, record, REQUEST_AT, REQUEST_AT + length);
    }

    private static int length(final byte[] record) {
        return (int) (long) LONG.get(record, 0);
    }

    private void weigh() {
        if (foundInWindow < WINDOW / LEAST_FOUND) {
            resting = REST;
        }
        looked = 0;
        foundInWindow = 0;
    }

    /**
     * {@return the array that holds the key of the request that was found or kept last, from {@link #keyOffset}; null
     * before the first {@link #keep}}
     */
    byte[] keys() {
        return records == null ? null : records[found];
    }

    /** {@return where in {@link #keys} that key begins} */
    int keyOffset() {
        return KEY_AT;
    }

    /**
     * Keeps a request that was not found.
     *
     * @return where in {@link #keys} its key is to be written; -1 if it is too long, or the table rests.
     */
    int keep(final byte[] bytes, final int start, final int end) {
        final long hash = resting > 0 || end - start > MOST_BYTES ? NO_HASH : hash(bytes, start, end);
        if (hash == NO_HASH) {
            return -1;
        }
        if (hashes == null) {
            hashes = new long[CAPACITY];
            records = new byte[CAPACITY][];
        }
        final int place = place(hash, bytes, start, end);
        byte[] record = records[place];
        if (record == null) {
            record = new byte[RECORD_BYTES];
            records[place] = record;
        }
        LONG.set(record, 0, (long) end - start);
        System.arraycopy(bytes, start, record, REQUEST_AT, end - start);
        hashes[place] = hash;
        found = place;
        return KEY_AT;
    }

    /** {@return where a request goes: where it is, if it came in pieces and so was not looked up; else a free place} */
    private int place(final long hash, final byte[] bytes, final int start, final int end) {
        final int first = set(hash);
        final int second = secondSet(hash);
        final int known = Math.max(
                way(first, hash, bytes, start, end), way(second, hash, bytes, start, end));
        if (known >= 0) {
            return known;
        }
        final int inFirst = taken(first);
        final int inSecond = taken(second);
        if (inFirst == WAYS && inSecond == WAYS) {
            victim = (victim + 1) % (2 * WAYS);
            return victim < WAYS ? first + victim : second + victim - WAYS;
        }
        return inFirst >= HALF && inSecond < inFirst ? second + inSecond : first + inFirst;
    }

    /** Forgets every request, leaving none of its bytes: it may carry credentials. */
    void wipe() {
        if (hashes != null) {
            for (final byte[] record : records) {
                if (record != null) {
                    Arrays.fill(record, (byte) 0);
                }
            }
            hashes = null;
            records = null;
        }
    }

    private static int set(final long hash) {
        return (int) (hash * MULTIPLIER >>> SET_SHIFT) * WAYS;
    }

    private static int secondSet(final long hash) {
        return (int) (hash * OTHER_MULTIPLIER >>> SET_SHIFT) * WAYS;
    }

    /** {@return a hash of what stands before the first line feed, {@link #NO_HASH} if none is near} */
    private static long hash(final byte[] bytes, final int start, final int limit) {
        final int last = Math.min(limit, start + MOST_LINE_BYTES) - Long.BYTES;
        long hash = MULTIPLIER;
        for (int at = start; at <= last; at += Long.BYTES) {
            final long word = (long) LONG.get(bytes, at);
            final long differing = word ^ LINE_FEEDS;
            final long zeros = differing - LOW_BITS & ~differing & HIGH_BITS;
            if (zeros != 0) {
                final long before = (zeros & -zeros) - 1 >>> Byte.SIZE - 1;
                return mix(hash, word & before) | 1;
            }
            hash = mix(hash, word);
        }
        return NO_HASH;
    }

    private static long mix(final long hash, final long word) {
        final long mixed = (hash ^ word) * MULTIPLIER;
        return mixed ^ mixed >>> 29;
    }
}
