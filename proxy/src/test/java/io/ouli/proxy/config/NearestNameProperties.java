package io.ouli.proxy.config;

import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.StringLength;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

class NearestNameProperties {
    private static final List<String> KNOWN = List.of("target", "listen", "session", "miss_status");

    @Property
    void shouldBeADistance(
            @ForAll @AlphaChars @StringLength(max = 12) final String left,
            @ForAll @AlphaChars @StringLength(max = 12) final String right) {
        assertEquals(NearestName.edits(left, right), NearestName.edits(right, left));
        assertEquals(left.equals(right), NearestName.edits(left, right) == 0);
        assertTrue(NearestName.edits(left, right) <= Math.max(left.length(), right.length()));
    }

    @Example
    void shouldForgiveATypoButNotAnotherWord() {
        assertEquals("target", NearestName.of("taregt", KNOWN));
        assertEquals("target", NearestName.of("Target", KNOWN));
        assertEquals("listen", NearestName.of("listn", KNOWN));
        assertEquals("miss_status", NearestName.of("miss-status", KNOWN));
        assertNull(NearestName.of("compress", KNOWN));
        assertNull(NearestName.of("x", KNOWN));
    }
}
