package io.ouli.engine.testserver;

import io.ouli.engine.http.TestHeads;
import io.ouli.engine.OuliException;
import io.ouli.redact.LiteralSet;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * The hashes of test-server's own recordings, and of requests whose serialisation another implementation of Go's rules
 * computed.
 */
class TestServerFingerprintTest {
    private static final TestServerTarget TARGET = new TestServerTarget("https", "example.org", 443);

    private static String resource(final String name) throws IOException {
        try (InputStream in = TestServerFingerprintTest.class.getResourceAsStream("/testserver/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String text(final Map<?, ?> vector, final String name) {
        return vector.get(GoText.of(name)).toString();
    }

    private static byte[] bytes(final Map<?, ?> vector, final String name) {
        return Base64.getDecoder().decode(text(vector, name));
    }

    @TestFactory
    Stream<DynamicTest> shouldGiveTheHashOfEveryVector() throws IOException {
        final byte[] json = resource("hashes.json").getBytes(StandardCharsets.UTF_8);
        return ((List<?>) GoJsonReader.read(json, 0, json.length)).stream()
                .map(Map.class::cast)
                .map(vector -> DynamicTest.dynamicTest(text(vector, "name"), () -> check(vector)));
    }

    private static void check(final Map<?, ?> vector) {
        final TestServerFingerprint fingerprint = new TestServerFingerprint(
                new TestServerTarget(
                        text(vector, "type"),
                        text(vector, "host"),
                        ((Double) vector.get(GoText.of("port"))).longValue()),
                new TestServerRules(
                        null,
                        ((List<?>) vector.get(GoText.of("removed"))).stream().map(Object::toString).toList(),
                        LiteralSet.of(List.of())));
        final byte[] head = bytes(vector, "head");
        final byte[] body = bytes(vector, "body");
        final byte[] previous = HexFormat.of().parseHex(text(vector, "previous"));
        final byte[] serialised = fingerprint.serialise(TestHeads.of(head), body, 0, body.length, previous);
        assertEquals(readable(bytes(vector, "serialised")), readable(serialised));
        assertTrue(fingerprint.fingerprint(TestHeads.of(head), body, 0, body.length, previous, previous));
        assertEquals(text(vector, "hash"), HexFormat.of().formatHex(previous));
    }

    private static String readable(final byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Test
    void shouldWriteNumbersAsGoDoes() throws IOException {
        resource("floats.txt").lines().forEach(line -> {
            final String[] parts = line.split(" ");
            final double value = Double.longBitsToDouble(Long.parseUnsignedLong(parts[0], 16));
            assertEquals(parts[1], GoNumber.format(value), parts[0]);
        });
    }

    @Test
    void shouldReadBackWhatItWrites() throws IOException {
        final byte[] json = resource("hashes.json").getBytes(StandardCharsets.UTF_8);
        for (final Object each : (List<?>) GoJsonReader.read(json, 0, json.length)) {
            final byte[] serialised = bytes((Map<?, ?>) each, "serialised");
            final Object recorded = GoJsonReader.readWritten(serialised, 0, serialised.length);
            assertEquals(readable(serialised), readable(TestServerRequest.read(recorded).serialise()));
        }
    }

    @Test
    void shouldRefuseWhatTestServerFailsOn() {
        final TestServerFingerprint fingerprint = new TestServerFingerprint(TARGET, TestServerRules.NONE);
        final byte[] previous = TestServerFingerprint.head();
        final byte[] out = new byte[TestServerFingerprint.HASH_BYTES];
        for (final String body : List.of(
                "[]", "1", "\"x\"", "{", "{}x", "{\"a\":1e400}", "a=b", "{'a':1}", "{\"a\":01}",
                "{\"a\":\"\u0001\"}", "{\"a\":1,}", "nul", "\ufeff{}", "{\"a\":" + "[".repeat(600))) {
            final byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            final byte[] head = "POST / HTTP/1.1\r\nHost: h\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
            assertFalse(
                    fingerprint.fingerprint(TestHeads.of(head), bytes, 0, bytes.length, previous, out), () -> body);
        }
        for (final String target : List.of("/%zz", "/%2", "x", "/a\u0001", "")) {
            final String head = "GET " + target + " HTTP/1.1\r\nHost: h\r\n\r\n";
            assertFalse(fingerprint.fingerprint(TestHeads.of(head), out, 0, 0, previous, out), target);
        }
        assertArrayEquals(new byte[TestServerFingerprint.HASH_BYTES], out);
    }

    @Test
    void shouldRefuseRecordsOfAnotherShape() {
        for (final String json : List.of("[]", "{\"method\":1}", "{\"headers\":[]}", "{\"port\":\"443\"}")) {
            final byte[] bytes = json.getBytes(StandardCharsets.US_ASCII);
            assertThrows(
                    OuliException.class, () -> TestServerRequest.read(GoJsonReader.read(bytes, 0, bytes.length)), json);
        }
    }
}
