package io.ouli.engine.core;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Our own code against the JDK's, and the change from one to the other. */
class Sha256Test {
    @AfterEach
    void leaveTheJdks() {
        Sha256.useJdk();
    }

    @Test
    void shouldDigestAsTheJdkDoes() throws Exception {
        final MessageDigest jdk = MessageDigest.getInstance("SHA-256");
        final Random random = new Random(7);
        for (final boolean early : new boolean[] {true, false}) {
            if (early) {
                Sha256.startEarly();
            } else {
                Sha256.useJdk();
            }
            final Sha256 digest = new Sha256();
            final byte[] out = new byte[Sha256.BYTES + 3];
            for (int length = 0; length < 300; length++) {
                final byte[] message = new byte[length];
                random.nextBytes(message);
                for (int at = 0; at < length;) {
                    final int part = Math.min(length - at, random.nextInt(1 + length));
                    digest.update(message, at, part);
                    at += part;
                }
                digest.finish(out, 3);
                assertEquals(HexFormat.of().formatHex(jdk.digest(message)),
                        HexFormat.of().formatHex(out, 3, out.length), "length " + length + ", early " + early);
            }
        }
    }

    @Test
    void shouldDigestTheStandardsExample() {
        final byte[] abc = "abc".getBytes(StandardCharsets.US_ASCII);
        final String expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        Sha256.startEarly();
        assertEquals(expected, HexFormat.of().formatHex(Sha256.of(abc)));
        Sha256.useJdk();
        assertEquals(expected, HexFormat.of().formatHex(Sha256.of(abc)));
    }

    @Test
    void shouldGoOverBetweenTwoMessagesOnly() {
        final byte[] message = new byte[1_000];
        final byte[] expected = Sha256.of(message);
        final byte[] out = new byte[Sha256.BYTES];
        Sha256.startEarly();
        final Sha256 digest = new Sha256();
        digest.update(message, 0, 500);
        Sha256.useJdk();
        digest.update(message, 500, 500);
        digest.finish(out, 0);
        assertArrayEquals(expected, out);
        digest.update(message, 0, 1_000);
        digest.finish(out, 0);
        assertArrayEquals(expected, out);
    }

    @Test
    void shouldLoadTheJdksWhenThereIsMuchToDigestAndNotBefore() {
        final byte[] message = new byte[64 * 4_096];
        Sha256.startEarly();
        Sha256.of(new byte[64]);
        assertFalse(Sha256.useJdkWhenWorthwhile(), "a few blocks are no reason");

        Sha256.of(message);

        assertTrue(Sha256.useJdkWhenWorthwhile());
        assertTrue(Sha256.useJdkWhenWorthwhile(), "and it stays so");
    }
}
