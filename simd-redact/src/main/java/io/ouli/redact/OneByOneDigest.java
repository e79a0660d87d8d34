package io.ouli.redact;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Digests each message by the JDK's digest when it is added. */
final class OneByOneDigest implements BatchDigest {
    private final MessageDigest jdk;
    private final byte[] message = new byte[MAX_BYTES];
    private final byte[] digests = new byte[MAX_MESSAGES * BYTES];
    private int count;
    private boolean digested;

    OneByOneDigest() {
        try {
            jdk = MessageDigest.getInstance("SHA-256");
        } catch (final NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    @Override
    public int add(final MemorySegment bytes, final long offset, final int length, final long lastOffset) {
        if (digested) {
            count = 0;
            digested = false;
        }
        if (count == MAX_MESSAGES || length > MAX_BYTES) {
            throw new IllegalArgumentException(count + " messages, and one of " + length + " bytes");
        }
        final int whole = BatchDigest.wholeLength(length);
        MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, offset, message, 0, whole);
        MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, lastOffset, message, whole, length - whole);
        jdk.update(message, 0, length);
        try {
            jdk.digest(digests, count * BYTES, BYTES);
        } catch (final DigestException impossible) {
            throw new IllegalStateException("there is room for a digest", impossible);
        }
        return count++;
    }

    @Override
    public void digest() {
        digested = true;
    }

    @Override
    public void copyTo(final int number, final MemorySegment target, final long offset) {
        MemorySegment.copy(digests, number * BYTES, target, ValueLayout.JAVA_BYTE, offset, BYTES);
    }
}
