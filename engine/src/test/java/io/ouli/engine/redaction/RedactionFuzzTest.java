package io.ouli.engine.redaction;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Runs the fuzzer's target on as many inputs, drawn by chance, as take a second or two; a failure names its seed. */
class RedactionFuzzTest {
    private static final int INPUTS = 6_000;
    private static final String[] PIECES = {
        "{\"", "\":\"", "\",\"", "\"}", "[1,", "true", "null]", "&a=", "%41", "%2541", "\\u0041", "\\\"", "&amp;",
        "data: ", "\n", "QUJD", "c2VjcmV0", "-7.5e3", "REDACTED", "REDA", "CTED",
    };

    @Test
    void shouldKeepWholeAndCleanWhatTheFuzzerFound() throws IOException, URISyntaxException {
        final Path corpus = Path.of(RedactionFuzzTest.class.getResource("RedactionFuzzingInputs/any").toURI());
        try (DirectoryStream<Path> files = Files.newDirectoryStream(corpus)) {
            for (final Path file : files) {
                RedactionFuzzTarget.any(Files.readAllBytes(file));
            }
        }
    }

    /** Found by fuzzing: each placeholder made up the secret anew with the bytes after it. */
    @Test
    void shouldEndWhereThePlaceholderMakesUpTheSecret() {
        final RedactionPolicy policy =
                RedactionPolicy.builder().secret("a", Messages.bytes("CTED00")).build();
        final MessageRedactor redactor = policy.newRedactor();
        final byte[] body = Messages.bytes("CTED" + "0".repeat(999));
        final byte[] head = Messages.bytes("HTTP/1.1 200 OK\r\nContent-Length: 1003\r\n\r\n");
        assertTrue(redactor.redactResponse(head, 0, head.length, body, 0, body.length, new int[0], 0));
        final String clean = Messages.text(redactor.body(), 0, redactor.bodyLength());
        assertFalse(clean.contains("CTED00"), clean);
        assertTrue(clean.endsWith("0".repeat(900)), clean);
    }

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
