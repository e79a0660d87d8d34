package io.ouli.engine.redaction;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What the filter lets by must be all that the walk would have found. */
class JsonRuleFilterTest {
    private static final int TEXTS = 20_000;
    private static final String[] PIECES = {
        "token", "max_tokens", "a", "1", "0", "\u00e9", "\\u00e9", "tok\\u0065n", "\\/", "/", "\\\"", "\\n", "\\q",
        "\\x41", "A", "\\\\", "\\u0031", "t", "oken",
    };

    private static boolean mayConcern(final RedactionPolicyBuilder rules, final String json) {
        final byte[] bytes = Messages.bytes(json);
        return new JsonRuleFilter(rules.jsonRules).mayConcern(bytes, 0, bytes.length, 0);
    }

    private static RedactionPolicyBuilder rules() {
        return RedactionPolicy.builder();
    }

    @Test
    void shouldSpareTextsWithoutTheName() {
        assertFalse(mayConcern(rules().jsonKey("token"), "{\"max_tokens\":5,\"tokens\":[],\"a\":\"token b\"}"));
        assertFalse(mayConcern(rules().jsonPointer("/a/*/token"),
                "{\"a\":{\"b\":{\"tok\":\"line\\nline \\\"c\\\"\"}}}"));
        assertFalse(mayConcern(rules().jsonPointer("/deep/*"), "[{\"deeper\":1}]"));
        assertFalse(mayConcern(rules().jsonKey("7"), "[1,2,3,4,5,6,7,8]"));
    }

    @Test
    void shouldNotSpareWhatMayHoldTheName() {
        assertTrue(mayConcern(rules().jsonKey("token"), "{ \"token\" : 1}"));
        assertTrue(mayConcern(rules().jsonKey("password"), "{\"\\u0070assword\":\"x\"}"));
        assertTrue(mayConcern(rules().jsonKey("password"), "{\"\\u0050\":1,\"pass\\u0077ord\":\"x\"}"));
        assertTrue(mayConcern(rules().jsonKey("a/b"), "{\"a\\/b\":1}"));
        assertTrue(mayConcern(rules().jsonPointer("/list/1"), "{\"list\":[1,2]}"));
        for (final String unnamed : new String[] {"", "/*", "/0", "/*/3"}) {
            assertTrue(mayConcern(rules().jsonPointer(unnamed), "[[1,2,3,4]]"), unnamed);
        }
    }

    @Test
    void shouldNeverSpareATextInWhichTheWalkFindsSomething() {
        final long base = new Random().nextLong();
        int found = 0;
        int spared = 0;
        for (int i = 0; i < TEXTS; i++) {
            final Random random = new Random(base + i);
            final RedactionPolicyBuilder rules = rules();
            if (random.nextBoolean()) {
                rules.jsonKey(name(random));
            } else {
                rules.jsonPointer("/" + (random.nextInt(3) == 0 ? "*" : name(random).replace("/", "~1")));
            }
            final byte[] text = json(random, 3).getBytes(StandardCharsets.UTF_8);
            final Edits edits = new Edits();
            new JsonValues(rules.jsonRules, RedactionListener.NONE).find(text, 0, text.length, edits);
            final boolean may = new JsonRuleFilter(rules.jsonRules)
                    .mayConcern(text, 0, text.length, Escapes.next(text, 0, text.length));
            assertTrue(may || edits.isEmpty(), "seed " + (base + i));
            found += edits.isEmpty() ? 0 : 1;
            spared += may ? 0 : 1;
        }
        assertTrue(found > TEXTS / 100 && spared > TEXTS / 10, found + " found, " + spared + " spared");
    }

    private static String name(final Random random) {
        final String[] plain = {"token", "a", "1", "\u00e9", "/", "A", "t\"", "max_tokens", "\\"};
        return plain[random.nextInt(plain.length)];
    }

    private static String json(final Random random, final int depth) {
        final StringBuilder text = new StringBuilder();
        final boolean array = depth == 0 || random.nextInt(4) == 0;
        text.append(array ? '[' : '{');
        for (int i = random.nextInt(4); i >= 0; i--) {
            if (!array) {
                text.append('"');
                for (int piece = random.nextInt(3); piece >= 0; piece--) {
                    text.append(PIECES[random.nextInt(PIECES.length)]);
                }
                text.append("\" :");
            }
            text.append(depth > 0 && random.nextBoolean() ? json(random, depth - 1) : "\"v\"").append(i > 0 ? "," : "");
        }
        return text.append(array ? ']' : '}').toString();
    }
}
