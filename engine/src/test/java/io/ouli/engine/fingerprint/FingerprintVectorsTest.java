package io.ouli.engine.fingerprint;

import io.ouli.engine.http.TestHeads;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * The pinned vectors of canonical form 1, which were computed by another implementation, written from
 * docs/FINGERPRINT.md in another language. They never change: a key that changes is another form.
 */
class FingerprintVectorsTest {
    private static final HexFormat HEX = HexFormat.of();

    private static List<Object> vectors() throws IOException {
        try (InputStream in = FingerprintVectorsTest.class.getResourceAsStream("/fingerprint/vectors.json")) {
            return ((PlainJson.Array) PlainJson.read(new String(in.readAllBytes(), StandardCharsets.UTF_8))).elements();
        }
    }

    @TestFactory
    Stream<DynamicTest> shouldGiveFormAndKeyOfEveryVector() throws IOException {
        return vectors().stream()
                .map(PlainJson.Members.class::cast)
                .map(vector -> DynamicTest.dynamicTest((String) vector.get("name"), () -> check(vector)));
    }

    @Test
    void shouldGiveOneKeyToWhatIsTheSameAndNoOther() throws IOException {
        final Map<String, String> keyOfName = new HashMap<>();
        final Map<String, String> nameOfKey = new HashMap<>();
        for (final Object element : vectors()) {
            final PlainJson.Members vector = (PlainJson.Members) element;
            final String name = (String) vector.get("name");
            final String key = (String) vector.get("key");
            keyOfName.put(name, key);
            if (vector.get("same") != null) {
                assertEquals(keyOfName.get((String) vector.get("same")), key, name);
            } else if (vector.get("policy") == null) {
                assertNull(nameOfKey.put(key, name), name);
            }
        }
        assertTrue(keyOfName.size() >= 60);
    }

    private static void check(final PlainJson.Members vector) {
        final Fingerprinter fingerprinter = new Fingerprinter(policy((PlainJson.Members) vector.get("policy")));
        final byte[] head = head(vector);
        final byte[] body = body(vector);
        final byte[] form = fingerprinter.canonicalForm(TestHeads.of(head), body, 0, body.length);
        if (vector.get("form") != null) {
            assertEquals(readable(HEX.parseHex((String) vector.get("form"))), readable(form));
        }
        final byte[] key = new byte[Fingerprinter.KEY_BYTES];
        fingerprinter.fingerprint(TestHeads.of(head), body, 0, body.length, key);
        assertArrayEquals(HEX.parseHex((String) vector.get("key")), key);
        final byte[] shifted = new byte[body.length + 9];
        System.arraycopy(body, 0, shifted, 5, body.length);
        fingerprinter.fingerprint(TestHeads.of(head), shifted, 5, body.length, key);
        assertArrayEquals(HEX.parseHex((String) vector.get("key")), key);
    }

    private static String readable(final byte[] form) {
        return new String(form, StandardCharsets.ISO_8859_1);
    }

    private static byte[] head(final PlainJson.Members vector) {
        final StringBuilder head = new StringBuilder();
        head.append(vector.get("method")).append(' ').append(vector.get("target")).append(" HTTP/1.1\r\n");
        if (vector.get("headers") != null) {
            for (final Object header : ((PlainJson.Array) vector.get("headers")).elements()) {
                final List<Object> pair = ((PlainJson.Array) header).elements();
                head.append(pair.get(0)).append(": ").append(pair.get(1)).append("\r\n");
            }
        }
        return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] body(final PlainJson.Members vector) {
        final ByteArrayOutputStream body = new ByteArrayOutputStream();
        if (vector.get("body") != null) {
            body.writeBytes(((String) vector.get("body")).getBytes(StandardCharsets.US_ASCII));
        } else if (vector.get("bodyBase64") != null) {
            body.writeBytes(Base64.getDecoder().decode((String) vector.get("bodyBase64")));
        }
        return body.toByteArray();
    }

    private static FingerprintPolicy policy(final PlainJson.Members description) {
        final FingerprintPolicy.Builder builder = FingerprintPolicy.builder();
        if (description == null) {
            return builder.build();
        }
        for (final Map.Entry<String, Object> rule : description.entries()) {
            switch (rule.getKey()) {
                case "includeHeaders" -> builder.includeHeaders(names(rule.getValue()));
                case "excludeHeaders" -> builder.excludeHeaders(names(rule.getValue()));
                case "allHeadersBut" -> builder.allHeadersBut(names(rule.getValue()));
                case "ignoreJson" -> builder.ignoreJson(names(rule.getValue()));
                case "ignoreQuery" -> builder.ignoreQuery(names(rule.getValue()));
                case "ignoreForm" -> builder.ignoreForm(names(rule.getValue()));
                case "ignoreBody" -> builder.ignoreBody();
                case "placeholders" -> ((PlainJson.Array) rule.getValue()).elements().stream()
                        .map(PlainJson.Members.class::cast)
                        .forEach(placeholder -> addPlaceholder(builder, placeholder));
                default -> throw new IllegalArgumentException(rule.getKey());
            }
        }
        return builder.build();
    }

    private static void addPlaceholder(final FingerprintPolicy.Builder builder, final PlainJson.Members placeholder) {
        final FingerprintPolicy.Part[] parts = placeholder.get("parts") == null
                ? new FingerprintPolicy.Part[0]
                : Stream.of(names(placeholder.get("parts")))
                        .map(part -> FingerprintPolicy.Part.valueOf(part.toUpperCase(Locale.ROOT)))
                        .toArray(FingerprintPolicy.Part[]::new);
        builder.placeholder((String) placeholder.get("name"), (String) placeholder.get("regex"), parts);
    }

    private static String[] names(final Object array) {
        return ((PlainJson.Array) array).elements().toArray(String[]::new);
    }
}
