package io.ouli.engine.redaction;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

class SecretScannerTest {
    private final SecretScanner scanner = RedactionPolicy.builder()
            .secret("OULI_SECRETS #1", Messages.bytes("first-secret"))
            .secret("OULI_SECRETS #2", Messages.bytes("second/secret"))
            .build()
            .newScanner();

    @Test
    void shouldNameInteractionFieldAndRuleButNotTheSecret() {
        assertRequest("7: request target still holds OULI_SECRETS #1", "/a?b=first-secret", "", "");
        assertRequest("7: request header X-A still holds OULI_SECRETS #2", "/", "X-A: second%2fsecret\r\n", "");
        assertRequest("7: request header name 2 still holds OULI_SECRETS #1", "/", "x-first-secret: a\r\n", "");
        assertRequest("7: request body still holds OULI_SECRETS #2", "/", "", "[\"second\\/secret\"]");
        assertResponse("7: response reason still holds OULI_SECRETS #1", "first-secret", "\r\n");
        assertResponse("7: response header Set-Cookie still holds OULI_SECRETS #1", "OK",
                "Set-Cookie: a=first-secret\r\n\r\n");
        assertResponse("7: response body still holds OULI_SECRETS #1", "OK",
                "Transfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n7\r\n-secret\r\n0\r\n\r\n");
        assertResponse("7: response trailer still holds OULI_SECRETS #1", "OK",
                "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX-Sum: first-secret\r\n\r\n");
    }

    @Test
    void shouldLookIntoCodedBodies() {
        for (final String coding : new String[] {"gzip", "deflate", "br", "zstd"}) {
            final byte[] body = Codings.code(coding, Messages.bytes("{\"a\":\"first-secret\"}"));

            final byte[] response = Messages.concat(Messages.bytes(
                    "HTTP/1.1 200 OK\r\nContent-Encoding: " + coding + "\r\n\r\n"), body);
            final SecretFinding finding = scanner.scanResponse("7", response, 0, response.length);
            assertEquals("OULI_SECRETS #1", finding.rule());
            assertEquals("response body", finding.field().substring(0, 13));
        }
    }

    @Test
    void shouldScanWhatIsNoMessage() {
        final byte[] bytes = Messages.bytes("no message at all, first-secret");
        assertEquals("7: request still holds OULI_SECRETS #1",
                scanner.scanRequest("7", bytes, 0, bytes.length).toString());
        assertEquals("7: response still holds OULI_SECRETS #1",
                scanner.scanResponse("7", bytes, 0, bytes.length).toString());
    }

    @Test
    void shouldNotTakeALengthForASecret() {
        final SecretScanner lengths =
                RedactionPolicy.builder().secret("a", Messages.bytes("11")).build().newScanner();
        final byte[] bytes = Messages.bytes("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello world");
        assertNull(lengths.scanResponse("7", bytes, 0, bytes.length));
    }

    private void assertRequest(final String expected, final String target, final String header, final String body) {
        final byte[] bytes = Messages.bytes("POST " + target + " HTTP/1.1\r\nHost: h\r\n" + header + "\r\n" + body);
        assertEquals(expected, String.valueOf(scanner.scanRequest("7", bytes, 0, bytes.length)));
    }

    private void assertResponse(final String expected, final String reason, final String rest) {
        final byte[] bytes = Messages.bytes("HTTP/1.1 200 " + reason + "\r\n" + rest);
        assertEquals(expected, String.valueOf(scanner.scanResponse("7", bytes, 0, bytes.length)));
    }
}
