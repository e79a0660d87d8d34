package io.ouli.engine.redaction;

import java.util.Random;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

class Base64TextTest {
    private static final int TEXTS = 40_000;
    private static final int LONGEST_RUN = 70;

    /** The specification: the first place from which so many characters are base64, and before which none is. */
    private static int firstRun(final byte[] text, final int from, final int to, final int minLength) {
        int length = 0;
        for (int i = from; i < to; i++) {
            length = Character.isLetterOrDigit(text[i] & 0x7f) && text[i] > 0 || "+/-_".indexOf(text[i]) >= 0
                    ? length + 1
                    : 0;
            if (length == minLength) {
                return i + 1 - minLength;
            }
        }
        return -1;
    }

    @Test
    void shouldFindTheFirstRunOfAnyLengthAnywhere() {
        final long base = new Random().nextLong();
        for (int i = 0; i < TEXTS; i++) {
            final Random random = new Random(base + i);
            final byte[] text = new byte[random.nextInt(200)];
            // Few breaks, so that runs are about as long as asked for; some of them above '+', some not ASCII.
            final int breaks = 1 + random.nextInt(40);
            for (int at = 0; at < text.length; at++) {
                final String kinds = random.nextInt(breaks) == 0 ? " \",.:={\u00e9" : "azAZ09+/-_";
                text[at] = (byte) kinds.charAt(random.nextInt(kinds.length()));
            }
            final int from = text.length == 0 ? 0 : random.nextInt(text.length);
            final int to = from + random.nextInt(text.length - from + 1);
            final int minLength = 1 + random.nextInt(LONGEST_RUN);
            assertEquals(firstRun(text, from, to, minLength), Base64Text.findRun(text, from, to, minLength),
                    "seed " + (base + i));
        }
    }

    @Test
    void shouldFindTheNextEscapeAnywhere() {
        for (int length = 0; length < 100; length++) {
            for (int at = 0; at < length; at++) {
                for (final char escape : "%&\\$'".toCharArray()) {
                    final byte[] text = Messages.bytes("a".repeat(at) + escape + "\u00a6".repeat(length - at - 1));
                    final boolean introduces = Escapes.introduces((byte) escape);
                    for (int from = Math.max(0, at - 33); from <= at; from++) {
                        assertEquals(introduces ? at : length, Escapes.next(text, from, length));
                        assertEquals(escape == '\\' ? at : length, Escapes.nextBackslash(text, from, length));
                    }
                    assertEquals(length, Escapes.next(text, at + 1, length));
                }
            }
        }
    }
}
