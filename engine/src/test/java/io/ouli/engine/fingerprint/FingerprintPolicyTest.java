package io.ouli.engine.fingerprint;

import io.ouli.engine.Limits;
import io.ouli.engine.OuliException;
import io.ouli.engine.core.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class FingerprintPolicyTest {
    private static String message(final Executable unsound) {
        return assertThrows(OuliException.class, unsound).getMessage();
    }

    @Test
    void shouldDescribeEveryRule() {
        final FingerprintPolicy policy = FingerprintPolicy.builder()
                .includeHeaders("X-B", "x-a*")
                .excludeHeaders("Range")
                .ignoreJson("/b", "/a/*")
                .ignoreQuery("t", "_")
                .ignoreForm("csrf")
                .ignoreBody()
                .placeholder("id", "[0-9]+\"", FingerprintPolicy.Part.PATH)
                .build();
        assertEquals(
                """
                ouli/1
                headers accept content-type x-a* x-b
                ignore json "/a/*"
                ignore json "/b"
                ignore query "_"
                ignore query "t"
                ignore form "csrf"
                ignore body
                placeholder id [PATH] "[0-9]+\\""
                """,
                policy.description());
        assertArrayEquals(Sha256.of(policy.description().getBytes(StandardCharsets.UTF_8)), policy.hash());
    }

    @Test
    void shouldExcludeByPatternAndWhatAPatternIncludes() {
        final FingerprintPolicy byPattern =
                FingerprintPolicy.builder().includeHeaders("x-goog-a", "x-b").excludeHeaders("x-goog-*", "a*").build();
        assertFalse(byPattern.countsHeader("x-goog-a"));
        assertFalse(byPattern.countsHeader("accept"));
        assertTrue(byPattern.countsHeader("x-b"));
        assertEquals("ouli/1\nheaders content-type range x-b\n", byPattern.description());
        final FingerprintPolicy outOfPattern =
                FingerprintPolicy.builder().includeHeaders("x-*").excludeHeaders("x-trace", "x-b-*", "cookie").build();
        assertFalse(outOfPattern.countsHeader("x-trace"));
        assertFalse(outOfPattern.countsHeader("x-b-1"));
        assertTrue(outOfPattern.countsHeader("x-tracer"));
        assertEquals(
                "ouli/1\nheaders accept content-type range x-*\nheaders except x-b-* x-trace\n",
                outOfPattern.description());
    }

    @Test
    void shouldHaveOneHashForOnePolicy() {
        final byte[] hash = FingerprintPolicy.builder().ignoreQuery("a", "b").includeHeaders("X").build().hash();
        final byte[] same = FingerprintPolicy.builder().includeHeaders("x").ignoreQuery("b").ignoreQuery("a").build()
                .hash();
        assertArrayEquals(hash, same);
        final byte[] other = FingerprintPolicy.builder().includeHeaders("x").ignoreForm("a", "b").build().hash();
        assertNotEquals(HexFormat.of().formatHex(hash), HexFormat.of().formatHex(other));
    }

    @Test
    void shouldNotTakeOneNameForTwo() {
        assertNotEquals(
                FingerprintPolicy.builder().ignoreQuery("a", "b").build().description(),
                FingerprintPolicy.builder().ignoreQuery("a\"\nignore query \"b").build().description());
    }

    @Test
    void shouldPinTheDefaultPolicy() {
        assertEquals("ouli/1\nheaders accept content-type range\n", FingerprintPolicy.DEFAULT.description());
    }

    @Test
    void shouldGiveCopiesOfItsHash() {
        FingerprintPolicy.DEFAULT.hash()[0]++;
        assertArrayEquals(
                Sha256.of(FingerprintPolicy.DEFAULT.description().getBytes(StandardCharsets.UTF_8)),
                FingerprintPolicy.DEFAULT.hash());
    }

    @Test
    void shouldTakeAsManyPointersAsItsLimitAndNoMore() {
        final String[] most = pointers(Limits.MAX_IGNORED_POINTERS);
        final FingerprintPolicy policy = FingerprintPolicy.builder().ignoreJson(most).build();
        final JsonForm json = new JsonForm();
        final byte[] document = "{\"k0\":0,\"k61\":1,\"k62\":2}".getBytes(StandardCharsets.US_ASCII);
        assertTrue(json.canonicalise(document, 0, document.length, policy.ignoredJson, Placeholders.NONE));
        assertEquals("{\"k62\":2}", text(json.result()));
        final String message = message(
                () -> FingerprintPolicy.builder().ignoreJson(pointers(Limits.MAX_IGNORED_POINTERS + 1)));
        assertTrue(message.contains("more than 62 ignored JSON pointers"), message);
    }

    private static String[] pointers(final int count) {
        return IntStream.range(0, count).mapToObj(i -> "/k" + i).toArray(String[]::new);
    }

    private static String text(final ByteSink sink) {
        return new String(sink.array, 0, sink.length, StandardCharsets.UTF_8);
    }

    @Test
    void shouldTakeAsManyPlaceholdersAsItsLimitAndNoMore() {
        final FingerprintPolicy.Builder builder = FingerprintPolicy.builder();
        IntStream.range(0, Limits.MAX_PLACEHOLDERS).forEach(i -> builder.placeholder("p" + i, "x" + i));
        builder.build();
        assertTrue(message(() -> builder.placeholder("more", "x")).contains("more than 32 placeholders"));
    }

    @Test
    void shouldRefuseWhatIsUnsoundAndSayWhat() {
        final FingerprintPolicy.Builder builder = FingerprintPolicy.builder();
        assertTrue(message(() -> builder.ignoreJson("id")).contains("'id' does not begin with '/'"));
        assertTrue(message(() -> builder.ignoreJson("")).contains("whole body"));
        assertTrue(message(() -> builder.ignoreJson("/a~2")).contains("'/a~2' has a ~ that is neither"));
        assertTrue(message(() -> builder.ignoreJson("/a~")).contains("it would name nothing"));
        assertTrue(message(() -> builder.placeholder("a b", "x")).contains("'a b'"));
        assertTrue(message(() -> builder.placeholder("a", "(")).contains("placeholder 'a'"));
        assertTrue(message(() -> builder.includeHeaders("a b")).contains("'a b' is no name"));
        assertTrue(message(() -> builder.excludeHeaders("*")).contains("'*' is no name"));
        assertTrue(message(() -> builder.allHeadersBut("")).contains("'' is no name"));
    }

    @Test
    void shouldNotSpendTimeOnHostileExpressions() {
        final FingerprintPolicy policy = FingerprintPolicy.builder().placeholder("a", "(a*)*b|(x+x+)+y").build();
        final byte[] text = ("a".repeat(20_000) + "x".repeat(20_000)).getBytes(StandardCharsets.US_ASCII);
        assertFalse(policy.pathPlaceholders.replace(text, 0, text.length, new ByteSink()));
    }
}
