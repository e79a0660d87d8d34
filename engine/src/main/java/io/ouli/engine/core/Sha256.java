package io.ouli.engine.core;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * SHA-256 as every JDK has it, which the processor's own instructions make fast; until a program has digested much, by
 * code of our own (FIPS 180-4).
 *
 * <p><b>Design note:</b> to give out its first digest, the JDK reads its whole security configuration and sets up every
 * provider: a fifth of a whole start. So a program that must answer soon {@linkplain #startEarly starts early},
 * and has the JDK's loaded when it has time and {@linkplain #useJdkWhenWorthwhile there is much to digest}; then
 * digests change over between two messages.
 *
 * <p>For one thread, without allocation once it has digested something by the JDK.
 */
public final class Sha256 {
    /** Bytes of a digest. */
    public static final int BYTES = 32;

    private static final int BLOCK = 64;
    private static final int LENGTH_AT = 56;
    private static final int[] START = {
        0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    private static final int[] ROUNDS = {
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
        0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
        0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
        0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

    /**
     * To digest these takes our own code 1 to 2 ms once it is compiled; the JDK's providers take as long, and 2 MB.
     */
    private static final int WORTHWHILE_BLOCKS = 4_096;

    private static volatile boolean early;
    /** Blocks that our own code has digested; plain, as it only has to tell few from many. */
    private static int earlyBlocks;

    private MessageDigest jdk;
    private int[] state;
    private int[] words;
    private byte[] block;
    private int filled;
    private long length;

    /** Makes one for one thread, by whichever code digests at that time. */
    public Sha256() {
    }

    /** Has digests made by our own code until {@link #useJdk}; before the first one is made. */
    public static void startEarly() {
        earlyBlocks = 0;
        early = true;
    }

    /** Loads the JDK's, on the calling thread, and has every digest go over to it before its next message. */
    public static void useJdk() {
        if (early) {
            newJdk();
            early = false;
        }
    }

    /**
     * Does that once so much has been digested that the JDK's is worth its memory, and returns whether it is in use.
     */
    public static boolean useJdkWhenWorthwhile() {
        if (early && earlyBlocks >= WORTHWHILE_BLOCKS) {
            useJdk();
        }
        return !early;
    }

    /** {@return the digest of bytes, put one after the other} */
    public static byte[] of(final byte[]... parts) {
        final Sha256 digest = new Sha256();
        for (final byte[] part : parts) {
            digest.update(part, 0, part.length);
        }
        final byte[] out = new byte[BYTES];
        digest.finish(out, 0);
        return out;
    }

    private static MessageDigest newJdk() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (final NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    /** Takes a part of the message. */
    public void update(final byte[] bytes, final int offset, final int count) {
        if (jdk != null || adopt()) {
            jdk.update(bytes, offset, count);
        } else {
            take(bytes, offset, count);
        }
    }

    /** Ends the message, gives its digest, and begins the next. */
    public void finish(final byte[] out, final int offset) {
        if (jdk == null && !adopt()) {
            end(out, offset);
            return;
        }
        try {
            jdk.digest(out, offset, BYTES);
        } catch (final DigestException tooShort) {
            throw new IllegalArgumentException("a digest takes " + BYTES + " bytes", tooShort);
        }
    }

    /** Goes over to the JDK's, if that is there and no message is under way. */
    private boolean adopt() {
        if (early || length > 0) {
            return false;
        }
        jdk = newJdk();
        return true;
    }

    private void take(final byte[] bytes, final int offset, final int count) {
        if (state == null) {
            state = START.clone();
            words = new int[BLOCK];
            block = new byte[BLOCK];
        }
        length += count;
        for (int at = offset, left = count; left > 0;) {
            final int part = Math.min(left, BLOCK - filled);
            System.arraycopy(bytes, at, block, filled, part);
            filled += part;
            at += part;
            left -= part;
            if (filled == BLOCK) {
                compress();
                filled = 0;
            }
        }
    }

    private void end(final byte[] out, final int offset) {
        final long bits = length * Byte.SIZE;
        final byte[] one = {(byte) 0x80};
        final byte[] zero = {0};
        take(one, 0, 1);
        while (filled != LENGTH_AT) {
            take(zero, 0, 1);
        }
        for (int i = 0; i < Long.BYTES; i++) {
            block[LENGTH_AT + i] = (byte) (bits >>> (Long.BYTES - 1 - i) * Byte.SIZE);
        }
        compress();
        for (int i = 0; i < BYTES; i++) {
            out[offset + i] = (byte) (state[i / Integer.BYTES] >>> (Integer.BYTES - 1 - i % Integer.BYTES) * Byte.SIZE);
        }
        System.arraycopy(START, 0, state, 0, START.length);
        filled = 0;
        length = 0;
    }

    private void compress() {
        earlyBlocks++;
        final int[] w = words;
        for (int i = 0; i < 16; i++) {
            final int at = i * Integer.BYTES;
            w[i] = block[at] << 24 | (block[at + 1] & 0xff) << 16 | (block[at + 2] & 0xff) << 8 | block[at + 3] & 0xff;
        }
        for (int i = 16; i < BLOCK; i++) {
            final int x = w[i - 15];
            final int y = w[i - 2];
            w[i] = w[i - 16] + w[i - 7]
                    + ((x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ x >>> 3)
                    + ((y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ y >>> 10);
        }
        int a = state[0];
        int b = state[1];
        int c = state[2];
        int d = state[3];
        int e = state[4];
        int f = state[5];
        int g = state[6];
        int h = state[7];
        for (int i = 0; i < BLOCK; i++) {
            final int t1 = h + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7))
                    + (e & f ^ ~e & g) + ROUNDS[i] + w[i];
            final int t2 = ((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10))
                    + (a & b ^ a & c ^ b & c);
            h = g;
            g = f;
            f = e;
            e = d + t1;
            d = c;
            c = b;
            b = a;
            a = t1 + t2;
        }
        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
        state[4] += e;
        state[5] += f;
        state[6] += g;
        state[7] += h;
    }
}
