package io.ouli.redact.vector;

import io.ouli.redact.BatchDigest;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * Digests messages in {@link Sha256Lanes}, from where they stand; those that would make 15 other lanes wait, and those
 * that are too few, by the JDK's digest.
 *
 * <p><b>Design note:</b> vectors that the JIT has not compiled yet are thousands of times as slow as compiled ones, so
 * in a young process lanes would cost seconds. Until one group in lanes was as fast as they promise, only every 64th
 * goes there, which is how the JIT gets to know them.
 */
final class LaneDigest implements BatchDigest {
    private static final int BLOCK = Sha256Lanes.BLOCK;
    /**
     * A block of all lanes takes as long as this many blocks of the JDK's digest, which has an overhead of one more a
     * message.
     */
    static final int BREAK_EVEN = 12;
    /** Of so many groups one is tried in lanes while those are slow. */
    private static final int TRY_EVERY = 64;
    /** As long as compiled lanes never take for a block of all, on the slowest machine that has them. */
    private static final long FAST_BLOCK_NANOS = 2_000;

    /** Whether lanes are compiled; for all digests, as compiled is compiled. Plain, as it only saves trials. */
    private static boolean fast;

    private final int breakEven;
    private final Sha256Lanes lanes = new Sha256Lanes();
    private final MessageDigest jdk;
    private final MemorySegment[] messages = new MemorySegment[MAX_MESSAGES];
    private final long[] offsets = new long[MAX_MESSAGES];
    private final long[] lastOffsets = new long[MAX_MESSAGES];
    private final int[] lengths = new int[MAX_MESSAGES];
    /** By lane: what it takes blocks of, which is the longest message once its own has ended. */
    private final MemorySegment[] taken = new MemorySegment[MAX_MESSAGES];
    private final long[] takenOffsets = new long[MAX_MESSAGES];
    /** By lane: the number of that message. */
    private final int[] followed = new int[MAX_MESSAGES];
    /** A message for the JDK, which takes arrays. */
    private byte[] copy;
    private final byte[] digests = new byte[MAX_MESSAGES * BYTES];
    private int count;
    private int untilTry = TRY_EVERY;

    /** @param breakEven from how many blocks a block of lanes on lanes are used: {@link #BREAK_EVEN}; 0 for always. */
    LaneDigest(final int breakEven) {
        this.breakEven = breakEven;
        try {
            jdk = MessageDigest.getInstance("SHA-256");
        } catch (final NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    @Override
    public int add(final MemorySegment bytes, final long offset, final int length, final long lastOffset) {
        if (count == MAX_MESSAGES || length > MAX_BYTES) {
            throw new IllegalArgumentException(count + " messages, and one of " + length + " bytes");
        }
        messages[count] = bytes;
        offsets[count] = offset;
        lastOffsets[count] = lastOffset;
        lengths[count] = length;
        return count++;
    }

    private static int blocks(final int length) {
        return BatchDigest.paddedLength(length) / BLOCK;
    }

    @Override
    public void digest() {
        digestAll();
        count = 0;
        Arrays.fill(messages, null);
        Arrays.fill(taken, null);
    }

    private void digestAll() {
        final boolean lanesMay = count > 0 && mayUseLanes();
        int left = (1 << count) - 1;
        while (left != 0) {
            int longest = 0;
            int most = 0;
            int sum = 0;
            for (int i = 0; i < count; i++) {
                final int blocks = blocks(lengths[i]);
                if ((left & 1 << i) != 0) {
                    sum += blocks + 1;
                    longest = blocks > most ? i : longest;
                    most = Math.max(most, blocks);
                }
            }
            if (lanesMay && sum >= breakEven * most) {
                together(left, longest, most);
                return;
            }
            alone(longest);
            left &= ~(1 << longest);
        }
    }

    private boolean mayUseLanes() {
        if (fast || breakEven == 0) {
            return true;
        }
        untilTry = untilTry == 0 ? TRY_EVERY : untilTry - 1;
        return untilTry == 0;
    }

    private void together(final int which, final int longest, final int most) {
        final long begun = fast ? 0 : System.nanoTime();
        // By block: whether a message goes on elsewhere before it, and whether one ends with it; mostly neither.
        long turns = 0;
        long ends = 0;
        boolean alike = true;
        for (int i = 0; i < MAX_MESSAGES; i++) {
            final int from = (which & 1 << i) != 0 ? i : longest;
            followed[i] = from;
            taken[i] = messages[from];
            takenOffsets[i] = offsets[from];
            alike &= lengths[from] == lengths[longest];
            turns |= 1L << lengths[from] / BLOCK;
            ends |= 1L << blocks(lengths[from]) - 1;
        }
        lanes.start();
        for (int block = 0; block < most; block++) {
            if ((turns >>> block & 1) != 0) {
                goOn(block);
            }
            if (alike && block * BLOCK == lengths[longest]) {
                lanes.takePadding(lengths[longest]);
            } else {
                lanes.take(taken, takenOffsets, (long) block * BLOCK);
            }
            if ((ends >>> block & 1) != 0) {
                end(block, which, longest);
            }
        }
        fast = fast || System.nanoTime() - begun <= most * FAST_BLOCK_NANOS;
    }

    /** What follows a message's last whole block may stand elsewhere. */
    private void goOn(final int block) {
        for (int i = 0; i < MAX_MESSAGES; i++) {
            final int from = followed[i];
            if (lengths[from] / BLOCK == block) {
                takenOffsets[i] = lastOffsets[from] - (long) block * BLOCK;
            }
        }
    }

    private void end(final int block, final int which, final int longest) {
        for (int i = 0; i < count; i++) {
            if (blocks(lengths[i]) == block + 1 && (which & 1 << i) != 0) {
                lanes.copyTo(i, digests, i * BYTES);
                followed[i] = longest;
                taken[i] = messages[longest];
                takenOffsets[i] = takenOffsets[longest];
            }
        }
    }

    private void alone(final int number) {
        if (copy == null) {
            copy = new byte[MAX_BYTES];
        }
        final int whole = BatchDigest.wholeLength(lengths[number]);
        MemorySegment.copy(messages[number], ValueLayout.JAVA_BYTE, offsets[number], copy, 0, whole);
        MemorySegment.copy(
                messages[number], ValueLayout.JAVA_BYTE, lastOffsets[number], copy, whole, lengths[number] - whole);
        jdk.update(copy, 0, lengths[number]);
        try {
            jdk.digest(digests, number * BYTES, BYTES);
        } catch (final DigestException impossible) {
            throw new IllegalStateException("there is room for a digest", impossible);
        }
    }

    @Override
    public void copyTo(final int number, final MemorySegment target, final long offset) {
        MemorySegment.copy(digests, number * BYTES, target, ValueLayout.JAVA_BYTE, offset, BYTES);
    }
}
