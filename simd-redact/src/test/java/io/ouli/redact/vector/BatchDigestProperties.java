package io.ouli.redact.vector;

import io.ouli.redact.BatchDigest;
import io.ouli.redact.BatchDigests;
import io.ouli.redact.LiteralSearchers;
import java.lang.foreign.MemorySegment;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

/** Each digest of many messages against the JDK's of one: around the ends of blocks, in groups of any size. */
class BatchDigestProperties {
    private final MessageDigest jdk = jdk();
    private final List<BatchDigest> digests = digests();

    private static MessageDigest jdk() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (final NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** With vectors also lanes that are never left to the JDK; on a machine without 512 bits they are emulated. */
    private static List<BatchDigest> digests() {
        final List<BatchDigest> all = new ArrayList<>(List.of(BatchDigests.create(), BatchDigests.oneByOne()));
        if (LiteralSearchers.vectorsInUse()) {
            all.add(VectorDigests.lanes());
            all.add(new LaneDigest(0));
        }
        return all;
    }

    private void check(final List<byte[]> messages) {
        // In one piece, with the last blocks elsewhere, and mixed.
        check(messages, 0);
        check(messages, -1);
        check(messages, 0x5a5a);
    }

    private void check(final List<byte[]> messages, final int elsewhere) {
        for (final BatchDigest digest : digests) {
            final MemorySegment out = MemorySegment.ofArray(new byte[3 + BatchDigest.BYTES]);
            for (int i = 0; i < messages.size(); i++) {
                final byte[] message = messages.get(i);
                assertEquals(i, (elsewhere >>> i & 1) == 0
                        ? digest.add(padded(message), 5, message.length)
                        : digest.add(
                                inTwoParts(message), 1 + BatchDigest.lastLength(message.length), message.length, 1));
            }
            digest.digest();
            for (int i = messages.size() - 1; i >= 0; i--) {
                digest.copyTo(i, out, 3);
                assertEquals(
                        HexFormat.of().formatHex(jdk.digest(messages.get(i))),
                        HexFormat.of().formatHex(out.asSlice(3).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE)),
                        digest.getClass().getSimpleName() + ", message " + i + " of " + messages.size() + ", "
                                + messages.get(i).length + " bytes");
            }
        }
    }

    /** Five bytes, the message, and its padding, which nothing follows. */
    private static MemorySegment padded(final byte[] message) {
        final byte[] shifted = new byte[5 + BatchDigest.paddedLength(message.length)];
        Arrays.fill(shifted, (byte) 7);
        BatchDigest.pad(MemorySegment.ofArray(shifted), 5, message.length);
        System.arraycopy(message, 0, shifted, 5, message.length);
        return MemorySegment.ofArray(shifted);
    }

    /** The padded rest at 1, behind it the message; of that, only the whole blocks are to be looked at. */
    private static MemorySegment inTwoParts(final byte[] message) {
        final int last = BatchDigest.lastLength(message.length);
        final MemorySegment bytes = MemorySegment.ofArray(new byte[1 + last + message.length]);
        bytes.fill((byte) 7);
        MemorySegment.copy(
                message, 0, bytes, java.lang.foreign.ValueLayout.JAVA_BYTE, 1 + last, message.length);
        BatchDigest.padElsewhere(bytes, 1 + last, message.length, 1);
        bytes.asSlice(1 + last + BatchDigest.wholeLength(message.length)).fill((byte) 9);
        return bytes;
    }

    private static byte[] message(final Random random, final int length) {
        final byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    @Property(tries = 60)
    void shouldDigestAsTheJdkDoes(
            @ForAll final long seed, @ForAll @IntRange(min = 0, max = BatchDigest.MAX_MESSAGES) final int count) {
        final Random random = new Random(seed);
        final List<byte[]> messages = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            messages.add(message(random, random.nextInt(301)));
        }
        check(messages);
    }

    @Example
    void shouldDigestEachLengthAroundTheEndsOfBlocks() {
        final Random random = new Random(1);
        for (int end = 0; end <= 5 * 64; end += 64) {
            // 55 bytes and their padding fill a block, 56 take another.
            for (final int from : new int[] {Math.max(0, end - 16), end}) {
                final List<byte[]> messages = new ArrayList<>();
                for (int i = 0; i < BatchDigest.MAX_MESSAGES; i++) {
                    messages.add(message(random, from + i));
                }
                check(messages);
            }
        }
    }

    /** All end with a block of padding alone, whose schedule is kept: of another length it is another. */
    @Example
    void shouldDigestGroupsOfWholeBlocksAfterEachOther() {
        final Random random = new Random(4);
        for (final int length : new int[] {0, 64, 1_024, 128, 128, 0, 4_032}) {
            final List<byte[]> messages = new ArrayList<>();
            for (int i = 0; i < BatchDigest.MAX_MESSAGES; i++) {
                messages.add(message(random, length));
            }
            check(messages);
            messages.set(3, message(random, length + 1));
            check(messages);
        }
    }

    @Example
    void shouldDigestOneLongMessageAmongShortOnes() {
        final Random random = new Random(2);
        final List<byte[]> messages = new ArrayList<>();
        for (int i = 0; i < BatchDigest.MAX_MESSAGES; i++) {
            messages.add(message(random, i == 5 ? BatchDigest.MAX_BYTES : i == 9 ? 1_000 : 40 + i));
        }
        check(messages);
        check(List.of(message(random, BatchDigest.MAX_BYTES)));
    }

    @Example
    void shouldRefuseWhatIsTooLongAndTooMany() {
        for (final BatchDigest digest : digests) {
            final MemorySegment bytes = MemorySegment.ofArray(new byte[BatchDigest.MAX_BYTES + 1]);
            assertThrows(
                    IllegalArgumentException.class, () -> digest.add(bytes, 0, BatchDigest.MAX_BYTES + 1));
            for (int i = 0; i < BatchDigest.MAX_MESSAGES; i++) {
                digest.add(bytes, 0, i);
            }
            assertThrows(IllegalArgumentException.class, () -> digest.add(bytes, 0, 1));
        }
    }
}
