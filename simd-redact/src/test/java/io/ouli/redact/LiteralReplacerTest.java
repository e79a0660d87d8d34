package io.ouli.redact;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class LiteralReplacerTest {
    private static final byte[] PLACEHOLDER = Reference.bytes("REDACTED");

    @Test
    void shouldPreferTheLongestLiteral() {
        assertEquals("a REDACTED b", replace(LiteralSet.of(Reference.literals("key", "key-long")), "a key-long b"));
    }

    @Test
    void shouldPreferTheListedLiteralWhenAsked() {
        final LiteralSet listed = LiteralSet.of(LiteralSet.Order.LISTED, Reference.literals("key", "key-long"));
        assertEquals("a REDACTED-long b", replace(listed, "a key-long b"));
        assertEquals(List.of(1), listed.shadowed());
        assertEquals(List.of(), LiteralSet.of(Reference.literals("key", "key-long")).shadowed());
    }

    @Test
    void shouldNeverSearchTheReplacementAgain() {
        assertEquals("REDACTEDREDACTED", replace(LiteralSet.of(Reference.literals("x", "RED", "ACTED")), "xRED"));
    }

    @Test
    void shouldGiveEachLiteralItsReplacement() {
        final LiteralReplacer replacer = new LiteralReplacer(
                LiteralSearchers.forSet(LiteralSet.of(Reference.literals("one", "two"))),
                new byte[][] {Reference.bytes("1"), Reference.bytes("")});
        final byte[] text = Reference.bytes("..one two one..");
        assertTrue(replacer.replace(text, 2, text.length - 2));
        assertEquals("1  1", new String(replacer.buffer(), 0, replacer.length(), StandardCharsets.ISO_8859_1));
        assertFalse(replacer.replace(text, 3, 6));
    }

    @Test
    void shouldRefuseAnEmptyLiteral() {
        final List<byte[]> empty = Reference.literals("");
        assertThrows(IllegalArgumentException.class, () -> LiteralSet.of(empty));
    }

    @Test
    void shouldNotPrintNorKeepLiterals() {
        final LiteralSet literals = LiteralSet.of(Reference.literals("hush-hush"));
        assertFalse((literals + LiteralSearchers.forSet(literals).name()).contains("hush"));
        literals.close();
        assertEquals(0, literals.at(0, 0));
    }

    private static String replace(final LiteralSet literals, final String text) {
        final LiteralReplacer replacer = new LiteralReplacer(LiteralSearchers.forSet(literals), PLACEHOLDER);
        final byte[] bytes = Reference.bytes(text);
        assertTrue(replacer.replace(bytes, 0, bytes.length));
        return new String(replacer.buffer(), 0, replacer.length(), StandardCharsets.ISO_8859_1);
    }
}
