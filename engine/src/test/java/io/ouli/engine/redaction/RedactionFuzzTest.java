package io.ouli.engine.redaction;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Runs the fuzzer's target on as many inputs, drawn by chance, as take a second or two; a failure names its seed. */
class RedactionFuzzTest {
    private static final int INPUTS = 6_000;
    private static final String[] PIECES = {
        "{\"", "\":\"", "\",\"", "\"}", "[1,", "true", "null]", "&a=", "%41", "%2541", "\\u0041", "\\\"", "&amp;",
        "data: ", "\n", "QUJD", "c2VjcmV0", "-7.5e3", "REDACTED", "REDA", "CTED",
    };

    @Test
    void shouldKeepMessagesWholeAndClean() {
        final long base = new Random().nextLong();
        for (int i = 0; i < INPUTS; i++) {
            try {
                RedactionFuzzTarget.any(input(new Random(base + i)));
            } catch (final RuntimeException | Error e) {
                throw new AssertionError("seed " + (base + i), e);
            }
        }
    }

    /** Draws options, a secret and a name, and a body in which both stand among what has a meaning. */
    private static byte[] input(final Random random) {
        final byte[] secret = new byte[random.nextInt(24)];
        for (int i = 0; i < secret.length; i++) {
            final boolean any = random.nextInt(8) == 0;
            secret[i] = (byte) (any ? random.nextInt(256) : "abcABC019%\\&\"/+=".charAt(random.nextInt(16)));
        }
        final String name = random.nextBoolean() ? "a" : "k" + random.nextInt(10);
        final StringBuilder body = new StringBuilder();
        for (int i = random.nextInt(30); i > 0; i--) {
            switch (random.nextInt(6)) {
                case 0 -> body.append(Messages.text(secret, 0, secret.length));
                case 1 -> body.append(name);
                case 2 -> body.append((char) random.nextInt(256));
                default -> body.append(PIECES[random.nextInt(PIECES.length)]);
            }
        }
        final byte[] head = {(byte) random.nextInt(256), (byte) secret.length};
        return Messages.concat(Messages.concat(head, secret),
                Messages.bytes((char) name.length() + name + body));
    }
}
