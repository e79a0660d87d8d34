package io.ouli.engine.redaction;

import com.google.re2j.Pattern;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

/** Templates as Go's regexp package reads them, since google/test-server's configurations were written for it. */
class HeaderReplacementTest {
    @Test
    void shouldExpandTemplatesLikeGo() {
        check("b-a", "(a)-(b)", "$2-$1", "a-b");
        check("ab", "(a)-(b)", "${1}b", "a-b");
        // The name is as long as it goes: there is no group "1b".
        check("", "(a)-(b)", "$1b", "a-b");
        check("a!", "(?P<x>a)-b", "${x}!", "a-b");
        check("$1 $ ${ $x", "a-b", "$$1 $ ${ $$x", "a-b");
        check("", "a-b", "$9$name$99999999999", "a-b");
    }

    @Test
    void shouldReplaceEachMatch() {
        check("x.x.", "[0-9]+", "x", "12.345.");
        check("-a-b-", "x*", "-", "ab");
        check("-a-b-", "x*", "-", "axb");
        assertNull(apply("z", "y", "abc"));
    }

    private static void check(
            final String expected, final String expression, final String template, final String value) {
        final byte[] result = apply(expression, template, value);
        assertEquals(expected, Messages.text(result, 0, result.length));
    }

    private static byte[] apply(final String expression, final String template, final String value) {
        return new HeaderReplacement(Messages.bytes("a"), Pattern.compile(expression), template)
                .apply(Messages.bytes(value), 0, value.length());
    }
}
