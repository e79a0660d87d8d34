package io.ouli.engine.fingerprint;

import io.ouli.engine.http.TestHeads;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

/**
 * Lists of objects that are alike, nearly alike, or damaged, against the plain form: what is known of one object must
 * never change what the next one is read as, nor what comes in the next document.
 */
class AlikeObjectsProperties {
    private static final List<Map.Entry<String, String>> HEADERS = List.of(Map.entry("Content-Type", "text/json"));
    /** Keys around the lengths of one, two and three words with what stands around them, and such as begin alike. */
    private static final List<String> KEYS = List.of("", "a", "id", "ida", "idb", "name", "roles", "content",
            "contents",
            "weight78", "weight789", "max_tokens", "max_tokenz", "twelve_bytes", "thirteen_byte", "completion_tokens",
            "nineteen_bytes_of_a", "twenty_bytes_of_a_ke", "twenty_one_bytes_of_a", "a\\u0062", "\u00e9",
            "a/b", "a\\/b");
    private static final List<String> NUMBERS = List.of("0", "-0", "00", "01", "1", "9", "10", "100", "120", "1000000",
            "1200000", "12345", "1234567", "12345678", "123456789012345678901234567890", "-1", "-10", "-1.5", "0.5",
            "0.05", "0.50", "0.0", "0.", "00.5", ".5", "1.5", "1.50", "10.5", "10.05", "10.50", "1.0", "10.0", "45.67",
            "123.456", "1.23456", "12345.6", "1.234567", "123456.7", "1.", "1..5", "1.5.5", "1e2", "1E2",
            "1.5e2", "1.5E-2",
            "1e", "1.5e", "10e1", "0e0", "1-2", "-", "--1", "+1", "1_", "1.5_", "0x1", "3.141592653589793", "1\u00e9");
    private static final List<String> WORDS = List.of("true", "false", "null", "tru", "falsy", "nullx", "t",
            "z", "NaN");
    private static final List<String> STRINGS = List.of("\"\"", "\"a\"", "\"sixsix\"", "\"seven77\"", "\"eight888\"",
            "\"fourteen bytes\"", "\"fifteen bytes 5\"", "\"sixteen bytes 66\"", "\"seventeen bytes 7\"",
            "\"thirty-one bytes, a word less 1\"", "\"thirty-two bytes of a plain text\"", "\"\u00e9\"",
            "\"\u20ac\ud83d\ude00\"",
            "\"\\n\"", "\"\\/\"", "\"\\u0041\"", "\"\\ud83d\\ude00\"", "\"\\ud83d\"", "\"\\u001F\"",
            "\"a\\\"b\"", "\"a\\\\\"",
            "\"fifteen bytes 5\\t\"", "\"a line\\nand another line, and one more\\n\"", "\"\u007f\"", "\"{\"", "\"}\"",
            "\"},{\"", "\",\"", "\":\"", "\"\\x\"", "\"\t\"", "\"\u0000\"", "\"\\\"", "\"open");
    private static final List<String> CONTAINERS = List.of("{}", "[]", "{\"id\":1}", "[{\"id\":10},{\"id\":20}]",
            "{\"b\":1.50,\"a\":\"x\"}", "[1.50,10]");
    private static final List<String> SPACES = List.of("", " ", "\n  ", "\t", "\r\n\t  ", "        ");

    /** Used for all documents, so that it knows shapes of earlier ones. */
    private final Fingerprinter reused = new Fingerprinter(FingerprintPolicy.DEFAULT);

    private void check(final byte[] body) {
        final byte[] fast = reused.canonicalForm(
                TestHeads.of("POST / HTTP/1.1\r\nContent-Type: text/json\r\n\r\n"), body, 0, body.length);
        assertEquals(readable(ReferenceForm.of("POST", "/", HEADERS, body)), readable(fast));
    }

    private void check(final String body) {
        check(body.getBytes(StandardCharsets.UTF_8));
    }

    private static String readable(final byte[] form) {
        return new String(form, StandardCharsets.ISO_8859_1);
    }

    private static <T> T any(final Random random, final List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    /** A sound value in most cases, of the kind that has this number. */
    private static String value(final Random random, final int kind) {
        return switch (random.nextInt(24) == 0 ? random.nextInt(4) : kind) {
            case 0 -> random.nextInt(4) == 0 ? any(random, NUMBERS) : String.valueOf(random.nextInt(2_000));
            case 1 -> random.nextInt(4) == 0 ? any(random, STRINGS) : '"' + "x".repeat(random.nextInt(40)) + '"';
            case 2 -> random.nextInt(10) == 0 ? any(random, WORDS) : WORDS.get(random.nextInt(3));
            default -> random.nextInt(6) == 0 ? any(random, CONTAINERS)
                    : random.nextInt(1_000) + "." + random.nextInt(1_000);
        };
    }

    /** A list whose objects mostly have the same keys, white space and kinds of value. */
    private static String list(final Random random) {
        final int members = 1 + random.nextInt(random.nextInt(8) == 0 ? 40 : 6);
        final List<String> before = new ArrayList<>();
        final int[] kinds = random.ints(members, 0, 4).toArray();
        for (int i = 0; i < members; i++) {
            final boolean spaced = random.nextInt(3) == 0;
            before.add((spaced ? any(random, SPACES) : "") + '"' + any(random, KEYS) + '"'
                    + (spaced ? any(random, SPACES) : "") + ':' + (spaced ? any(random, SPACES) : ""));
        }
        final String end = random.nextInt(4) == 0 ? any(random, SPACES) : "";
        final String comma = random.nextInt(3) == 0 ? "," + any(random, SPACES) : ",";
        final StringBuilder text = new StringBuilder();
        for (int object = random.nextInt(12); object >= 0; object--) {
            text.append('{');
            final int count = random.nextInt(6) == 0 ? random.nextInt(members + 1) : members;
            for (int i = 0; i < count; i++) {
                final int which = random.nextInt(40) == 0 ? random.nextInt(members) : i;
                text.append(i == 0 ? "" : ",").append(before.get(which)).append(value(random, kinds[which]));
                text.append(random.nextInt(20) == 0 ? any(random, SPACES) : "");
            }
            text.append(end).append('}').append(object == 0 ? "" : comma);
        }
        return text.toString();
    }

    @Property(tries = 3000)
    void shouldSpellListsAsTheReferenceDoes(@ForAll final long seed) {
        final Random random = new Random(seed);
        final String list = list(random);
        switch (random.nextInt(4)) {
            case 0 -> check("[" + list + "]");
            case 1 -> check("{\"z\":[" + list + "],\"a\":[" + list(random) + "," + list + "]}");
            case 2 -> check("{\"z\":" + list + ",\"a\":1}"); // Sound only if the list is one object.
            default -> check(list);
        }
    }

    @Property(tries = 2000)
    void shouldReadDamagedListsAsTheReferenceDoes(@ForAll final long seed) {
        final Random random = new Random(seed);
        final byte[] bytes = ("[" + list(random) + "]").getBytes(StandardCharsets.UTF_8);
        check(bytes);
        final String damage = "\"\\{}[],:0e.-1a \n\u0000\u00c3\u00ff\u0080";
        bytes[random.nextInt(bytes.length)] = (byte) damage.charAt(random.nextInt(damage.length()));
        check(bytes);
        check(Arrays.copyOf(bytes, random.nextInt(bytes.length)));
    }

    @Test
    void shouldSpellEveryValueBehindAnObjectThatIsLikeItsOwn() {
        for (final List<String> values : List.of(NUMBERS, STRINGS, WORDS, CONTAINERS)) {
            for (final String value : values) {
                for (final String keys : List.of("b,a", "b,abcdefgh", "completion_tokens,b")) {
                    final String first = keys.split(",")[0];
                    final String second = keys.split(",")[1];
                    final String known = "{\"" + first + "\":1,\"" + second + "\":2}";
                    final String same = "{\"" + first + "\":" + value + ",\"" + second + "\":" + value + '}';
                    check("[" + known + "," + known + "," + same + "," + known + "]");
                    check("[" + known + ", " + same);
                    check(same);
                }
            }
        }
    }

    @Test
    void shouldSpellStringsOfEveryLengthWithEveryOddByteAsTheReferenceDoes() {
        final String known = "{\"s\":\"x\",\"n\":1}";
        for (int length = 0; length < 40; length++) {
            for (final String odd : List.of("", "\u00e9", "\\n", "\\u0041", "\u0000", "\u001f", "\\")) {
                final String text = "x".repeat(length) + odd + "y".repeat(40 - length);
                check("[" + known + "," + known + ",{\"s\":\"" + text + "\",\"n\":10}," + known + "]");
            }
        }
    }

    @Test
    void shouldKnowNoObjectOfMoreThanTheMostMembers() {
        for (int members = 31; members < 36; members++) {
            final StringBuilder object = new StringBuilder("{");
            for (int i = members; i > 0; i--) {
                object.append(i == members ? "" : ",").append("\"k").append(i % 7).append("\":").append(i * 10);
            }
            object.append('}');
            check("[" + object + "," + object + "," + object + "]");
        }
    }

    @Test
    void shouldHoldTheLimitOfDepthForObjectsThatAreAlike() {
        for (int depth = 509; depth < 514; depth++) {
            check("[{\"a\":1},{\"a\":2}," + "[".repeat(depth) + "{\"a\":10}" + "]".repeat(depth) + "]");
        }
    }

    @Test
    void shouldLearnAnotherShapeWhenTheOneItKnowsIsGone() {
        for (int round = 0; round < 200; round++) {
            final String keys = "\"key\":1,\"b" + round % 5 + "\":" + round + ",\"a" + round % 3 + "\":10";
            check("[{" + keys + "},{" + keys + "},{" + keys + "}]");
        }
    }
}
