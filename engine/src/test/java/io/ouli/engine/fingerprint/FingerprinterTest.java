package io.ouli.engine.fingerprint;

import io.ouli.engine.core.Sha256;
import io.ouli.engine.http.RequestHead;
import io.ouli.engine.http.TestHeads;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

class FingerprinterTest {
    private static final String JSON = "Content-Type: application/json";

    private final Fingerprinter fingerprinter = new Fingerprinter(FingerprintPolicy.DEFAULT);

    private String key(final String target, final String headers, final String body) {
        final String lines = headers.isEmpty() ? "" : headers + "\r\n";
        final RequestHead head = TestHeads.of("POST " + target + " HTTP/1.1\r\n" + lines + "\r\n");
        final byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        final byte[] key = new byte[Fingerprinter.KEY_BYTES];
        fingerprinter.fingerprint(head, bytes, 0, bytes.length, key);
        final byte[] form = fingerprinter.canonicalForm(head, bytes, 0, bytes.length);
        assertEquals(HexFormat.of().formatHex(Sha256.of(form)), HexFormat.of().formatHex(key));
        return HexFormat.of().formatHex(key);
    }

    @Test
    void shouldGiveOneKeyToEverySpellingOfAPath() {
        final String expected = key("/a/~user/b/d%2Fe", "", "");
        assertEquals(expected, key("/a/%7Euser//b/./c/../d%2fe", "", ""));
        assertEquals(expected, key("http://example.org:80/a/~user/b/d%2Fe", "", ""));
        assertNotEquals(expected, key("/a/~user/b/d/e", "", ""));
    }

    @Test
    void shouldOrderParametersByNameAndKeepTheirOwnOrder() {
        final String expected = key("/?b=2&a=%31+x&a", "", "");
        assertEquals(expected, key("/?a=1%20x&a&b=2", "", ""));
        assertNotEquals(expected, key("/?a&a=1%20x&b=2", "", ""));
        assertNotEquals(key("/?a", "", ""), key("/?a=", "", ""));
    }

    @Test
    void shouldNotLetAParameterPoseAsAHeader() {
        assertNotEquals(key("/?accept=json", "", ""), key("/", "accept: json", ""));
    }

    @Test
    void shouldMakeJsonCanonical() {
        final String expected = key("/", JSON, "{\"a\":[1.5,10],\"b\":\"é\",\"c\":{}}");
        assertEquals(expected, key("/", JSON, " {\"c\" :{}, \"b\":\"\\u00e9\",\n\"a\":[15e-1, 1.0E+1]}"));
        assertNotEquals(expected, key("/", JSON, "{\"a\":[1.5,10],\"b\":\"é\",\"c\":[]}"));
    }

    @Test
    void shouldSortMembersAtEveryDepth() {
        final String expected =
                key("/", JSON, "{\"a\":{\"x\":{\"m\":1,\"n\":2},\"y\":[{\"p\":1,\"q\":2}]},\"b\":{\"i\":1,\"j\":2}}");
        assertEquals(
                expected,
                key("/", JSON, "{\"b\":{\"j\":2,\"i\":1},\"a\":{\"y\":[{\"q\":2,\"p\":1}],\"x\":{\"n\":2,\"m\":1}}}"));
    }
}
