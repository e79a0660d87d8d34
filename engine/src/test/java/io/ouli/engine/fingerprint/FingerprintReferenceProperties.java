package io.ouli.engine.fingerprint;

import io.ouli.engine.http.TestHeads;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** The fast canonical form against the plain one, on text that is nearly sound as often as it is sound. */
class FingerprintReferenceProperties {
    private static final List<String> JSON_PIECES = List.of(
            "{", "}", "[", "]", ",", ":", "\"a\":", "\"b\":", "\"\":", "\"\\u0061\":", "\"a\"", "\"\u00e9\"",
            "\"\\u00e9\\/\\n\"", "\"\\ud83d\\ude00\"", "\"\\ud83d\"", "\"\\u0000\\u001F\"", "\"\\x\"", "\"", "\\", "0",
            "-0", "1", "-1.50", "10e-1", "0.001E+3", "1e400", "99999999999999999999", "0.0e99999999999999999999",
            "5e99999999999999999999", "50e-99999999999999999999", "01", "1.", "-", "true", "false", "null", "nul", " ",
            "\n", "\t\r", "\u0000", "{}", "[]", "{\"b\":1,\"a\":2}", "{\"a\":1,\"a\":0}", "[{\"z\":[],\"y\":{}}]");

    private final Fingerprinter fingerprinter = new Fingerprinter(FingerprintPolicy.DEFAULT);

    private void check(
            final String method,
            final String target,
            final List<Map.Entry<String, String>> headers,
            final byte[] body) {
        final StringBuilder head = new StringBuilder(method + ' ' + target + " HTTP/1.1\r\n");
        headers.forEach(header -> head.append(header.getKey()).append(':').append(header.getValue()).append("\r\n"));
        final byte[] fast = fingerprinter.canonicalForm(TestHeads.of(head + "\r\n"), body, 0, body.length);
        assertEquals(readable(ReferenceForm.of(method, target, headers, body)), readable(fast));
    }

    private static String readable(final byte[] form) {
        return new String(form, StandardCharsets.ISO_8859_1);
    }

    private static Arbitrary<String> soup(final int maxPieces, final String... pieces) {
        return Arbitraries.of(pieces).list().ofMaxSize(maxPieces).map(list -> String.join("", list));
    }

    @Provide
    Arbitrary<String> targets() {
        return Arbitraries.oneOf(
                soup(16, "/", "/", ".", "..", "/./", "/../", "%", "%2", "%2e", "%2E", "%2f", "%41", "%7e", "%zz", "a",
                        "~", "+", ";", "&", "=", "?", "#", "{", "\u00e9", "%C3%A9", ":").map(text -> "/" + text),
                soup(12, "http", "://", ":", "/", "?", "#", "a", "1", "*", "&", "=", "@"),
                soup(16, "a", "b", "=", "&", "&", "+", "%", "%2", "%26", "%3d", "%61", "%ff", "%25", "?", "\u00e9")
                        .map(text -> "/?" + text));
    }

    @Property(tries = 3000)
    void shouldSpellTargetsAsTheReferenceDoes(@ForAll("targets") final String target) {
        check("GET", target, List.of(), new byte[0]);
    }

    @Provide
    Arbitrary<List<Map.Entry<String, String>>> headers() {
        final Arbitrary<String> names =
                Arbitraries.of("Accept", "accept", "Content-Type", "CONTENT-TYPE", "Range", "X-Other", "Accep");
        final Arbitrary<String> values = soup(
                14, "a", "B", "/", "*/*", ";", ";", "=", "=", ",", ",", "\"", "\\", " ", " ", "q=1", "Charset=",
                "UTF-8", "z=", "b=", "{", "\u00e9", "application/json")
                .map(String::strip);
        return net.jqwik.api.Combinators.combine(names, values).as(Map::entry).list().ofMaxSize(5);
    }

    @Property(tries = 3000)
    void shouldSpellHeadersAsTheReferenceDoes(
            @ForAll("headers") final List<Map.Entry<String, String>> headers) {
        check("Post", "/", headers, "{\"b\": 1, \"a\": 2}".getBytes(StandardCharsets.US_ASCII));
    }

    @Provide
    Arbitrary<String> multipartSoup() {
        return soup(16, "--b", "--b", "--b", "--", "\r\n", "\r\n", "\r\n", " ", "\t", "\r", "\n", "-", "b", "x", "A: c",
                "--b--", "\u00ff");
    }

    @Property(tries = 3000)
    void shouldReadPartsAsTheReferenceDoes(
            @ForAll("multipartSoup") final String body, @ForAll("boundaries") final String boundary) {
        check("POST", "/", List.of(Map.entry("Content-Type", "Multipart/mixed" + boundary)),
                body.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Provide
    Arbitrary<String> boundaries() {
        return Arbitraries.of(";boundary=b", "; Boundary=\"b\"", ";boundary=\"\\b\"", ";boundary=\"b \"",
                ";boundary=\"\"",
                ";boundary=b;boundary=c", ";b=b", ";a=1;boundary=b;charset=X", ";boundary=b x");
    }

    @Provide
    Arbitrary<String> jsonSoup() {
        return soup(24, JSON_PIECES.toArray(String[]::new));
    }

    @Property(tries = 3000)
    void shouldReadJsonAsTheReferenceDoes(@ForAll("jsonSoup") final String body) {
        final byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        check("POST", "/", List.of(Map.entry("Content-Type", "application/json")), bytes);
        check("POST", "/", List.of(Map.entry("Content-Type", "application/x-ndjson")), bytes);
        check("POST", "/", List.of(Map.entry("Content-Type", "application/x-www-form-urlencoded")), bytes);
        check("POST", "/", List.of(Map.entry("Content-Type", "text/plain")), bytes);
    }

    /** Writes a sound document from a seed, with spaces, out of order, with repeated keys. */
    private static void write(final Random random, final int depth, final StringBuilder out) {
        final int kind = random.nextInt(depth > 5 ? 3 : 6);
        space(random, out);
        switch (kind) {
            case 0 -> out.append(number(random));
            case 1 -> out.append(string(random));
            case 2 -> out.append(List.of("true", "false", "null").get(random.nextInt(3)));
            case 3 -> elements(random, depth, out);
            default -> members(random, depth, out);
        }
        space(random, out);
    }

    private static void elements(final Random random, final int depth, final StringBuilder out) {
        out.append('[');
        for (int i = random.nextInt(5); i > 0; i--) {
            write(random, depth + 1, out);
            out.append(i > 1 ? "," : "");
        }
        space(random, out);
        out.append(']');
    }

    private static void members(final Random random, final int depth, final StringBuilder out) {
        out.append('{');
        for (int i = random.nextInt(random.nextInt(20) == 0 ? 60 : 6); i > 0; i--) {
            space(random, out);
            out.append(string(random));
            space(random, out);
            out.append(':');
            write(random, depth + 1, out);
            out.append(i > 1 ? "," : "");
        }
        space(random, out);
        out.append('}');
    }

    private static void space(final Random random, final StringBuilder out) {
        while (random.nextInt(4) == 0) {
            out.append(" \t\r\n".charAt(random.nextInt(4)));
        }
    }

    private static String number(final Random random) {
        final StringBuilder number = new StringBuilder(random.nextBoolean() ? "-" : "");
        number.append(random.nextInt(3) == 0 ? "0" : 1 + random.nextInt(9) + digits(random, 0));
        number.append(random.nextBoolean() ? "" : "." + digits(random, 1));
        if (random.nextBoolean()) {
            number.append('e').append(List.of("", "+", "-").get(random.nextInt(3))).append(digits(random, 1));
        }
        return number.toString();
    }

    private static String digits(final Random random, final int least) {
        final int count = least + random.nextInt(random.nextInt(5) == 0 ? 40 : 3);
        return random.ints(count, 0, 10).mapToObj(digit -> digit > 5 ? "0" : digit > 3 ? "9" : "" + digit)
                .reduce("", String::concat);
    }

    private static String string(final Random random) {
        final List<String> units = new ArrayList<>(List.of(
                "a", "b", "A", "\u00e9", "\u20ac", "\ud83d\ude00", "\\u0061", "\\u00E9", "\\ud83d\\ude00", "\\ud83d",
                "\\udE00", "\\n", "\\u000a", "\\\"", "\\\\", "\\/", "/", "\u007f", " ", "longer plain text", "\uffff"));
        final StringBuilder text = new StringBuilder("\"");
        for (int i = random.nextInt(5); i > 0; i--) {
            text.append(units.get(random.nextInt(units.size())));
        }
        return text.append('"').toString();
    }

    @Provide
    Arbitrary<List<String>> alike() {
        return Arbitraries.of(
                "a", "b", "", "abcdefgh", "abcdefghi", "abcdefghj", "\u00e9", "\\u0061", "\\n", "ab\\\"", "a\\\\")
                .list().ofMinSize(1).ofMaxSize(6);
    }

    /** Objects of a list with the same keys but for one now and then: what the fast form guesses at. */
    @Property(tries = 500)
    void shouldSpellObjectsThatAreNearlyAlikeAsTheReferenceDoes(
            @ForAll("alike") final List<String> keys, @ForAll final long seed) {
        final Random random = new Random(seed);
        final StringBuilder text = new StringBuilder("{\"z\":[");
        for (int i = 0; i < 8; i++) {
            text.append(i == 0 ? "{" : ",{");
            for (int k = 0; k < keys.size(); k++) {
                final String other = keys.get(random.nextInt(keys.size()));
                text.append(k == 0 ? "\"" : " ,\"").append(random.nextInt(6) == 0 ? other : keys.get(k)).append("\":")
                        .append(random.nextInt(4) == 0 ? "{\"b\":1.50,\"a\":\"x\"}" : "120");
            }
            text.append('}');
        }
        final byte[] bytes = text.append("],\"y\":0}").toString().getBytes(StandardCharsets.UTF_8);
        check("POST", "/", List.of(Map.entry("Content-Type", "application/json")), bytes);
    }

    @Test
    void shouldSpellObjectsInsideEachOtherOutOfOrderAsTheReferenceDoes() {
        for (final int depth : new int[] {1, 5, 10, 50, 200, 500}) {
            final String text = "{\"b\":".repeat(depth) + "\"" + "x".repeat(5_000) + "\"" + ",\"a\":0}".repeat(depth);
            check("POST", "/", List.of(Map.entry("Content-Type", "application/json")),
                    text.getBytes(StandardCharsets.US_ASCII));
        }
    }

    @Test
    void shouldSpellManyMembersAsTheReferenceDoes() {
        final StringBuilder text = new StringBuilder("{");
        for (int i = 1_000; i > 0; i--) {
            text.append("\"key").append(i).append("\":{\"b\":[],\"a\":1e2},");
        }
        final byte[] bytes = text.append("\"\":0}").toString().getBytes(StandardCharsets.US_ASCII);
        check("POST", "/", List.of(Map.entry("Content-Type", "application/json")), bytes);
    }

    @Property(tries = 2000)
    void shouldSpellSoundJsonAsTheReferenceDoes(@ForAll final long seed) {
        final StringBuilder text = new StringBuilder();
        write(new Random(seed), 0, text);
        check(
                "PUT",
                "/",
                List.of(Map.entry("Content-Type", "application/a+json")),
                text.toString().getBytes(StandardCharsets.UTF_8));
    }

    @Property(tries = 1000)
    void shouldReadDamagedJsonAsTheReferenceDoes(@ForAll final long seed) {
        final Random random = new Random(seed);
        final StringBuilder text = new StringBuilder();
        write(random, 0, text);
        final byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        for (int i = random.nextInt(3); i >= 0; i--) {
            final String damage = "\"\\{}[],:0e.- \n\u0000\u00c3\u00ff";
            bytes[random.nextInt(bytes.length)] = (byte) damage.charAt(random.nextInt(damage.length()));
        }
        check("PUT", "/", List.of(Map.entry("Content-Type", "application/json")), bytes);
        check("PUT", "/", List.of(Map.entry("Content-Type", "application/jsonl")), bytes);
    }
}
