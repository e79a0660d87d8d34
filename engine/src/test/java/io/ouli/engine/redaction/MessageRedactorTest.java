package io.ouli.engine.redaction;

import java.util.List;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

class MessageRedactorTest {
    private static final String SECRET = "hush/hush+42";

    @Test
    void shouldLeaveAnInnocentRequestAlone() {
        final RedactionPolicy policy = withSecret().jsonKey("token").parameter("key").build();
        assertNull(Messages.redactRequest(policy, """
                POST /v1/chat?max_tokens=5&keys=7 HTTP/1.1\r
                Host: example.com\r
                Content-Type: application/json\r
                \r
                {"max_tokens": 100, "text": "a\\nb\\u00e4 \\"quoted\\" 100% &amp; more"}"""));
    }

    @Test
    void shouldRedactTheDefaultRequestHeaders() {
        assertEquals("""
                GET / HTTP/1.1\r
                Host: example.com\r
                Authorization: REDACTED\r
                Accept: */*\r
                X-API-Key: REDACTED\r
                \r
                """, Messages.redactRequest(RedactionPolicy.defaults(), """
                GET / HTTP/1.1\r
                Host: example.com\r
                Authorization: Bearer abc\r
                Accept: */*\r
                X-API-Key:   k\r
                \r
                """));
    }

    @Test
    void shouldRemoveAndKeepRequestHeadersWhenAsked() {
        final RedactionPolicy policy =
                RedactionPolicy.builder().keepRequestHeader("Cookie").removeRequestHeader("X-Trace").build();
        assertEquals("""
                GET / HTTP/1.1\r
                Host: example.com\r
                Cookie: a=b\r
                \r
                """, Messages.redactRequest(policy, """
                GET / HTTP/1.1\r
                Host: example.com\r
                x-trace: 1\r
                Cookie: a=b\r
                \r
                """));
    }

    @Test
    void shouldFindASecretInEachPlaceOfARequest() {
        assertEquals("""
                POST /REDACTED/x?q=REDACTED HTTP/1.1\r
                Host: example.com\r
                X-Note: a REDACTED b\r
                Content-Length: 12\r
                \r
                [\"REDACTED\"]""", Messages.redactRequest(withSecret().build(), """
                POST /hush/hush+42/x?q=hush%2Fhush%2b42 HTTP/1.1\r
                Host: example.com\r
                X-Note: a hush/hush+42 b\r
                Content-Length: 18\r
                \r
                [\"hush\\/hush\\u002b42\"]"""));
    }

    /** The sign of an entity is escaped where a fragment or the next parameter would begin otherwise. */
    @Test
    void shouldFindASecretInEntitiesOfWhichAPartIsEscaped() {
        final StringBuilder entities = new StringBuilder();
        SECRET.chars().forEach(c -> entities.append("&#").append(c).append(';'));
        final String head = "POST / HTTP/1.1\r\nHost: example.com\r\n\r\nk=";
        for (final String escaped : List.of(
                entities.toString().replace("#", "%23"),
                entities.toString().replace(";", "%3B"),
                entities.toString().replace("#", "\\u0023"))) {
            assertEquals(head + "REDACTED", Messages.redactRequest(withSecret().build(), head + escaped));
        }
    }

    @Test
    void shouldFindSecretsAndNamesBehindTheFirstEscapeOfJson() {
        final RedactionPolicy policy = withSecret().jsonKey("token").build();
        final String head = "POST / HTTP/1.1\r\nHost: example.com\r\nContent-Type: application/json\r\n\r\n";
        for (final String before : new String[] {"", "x", "a\\nb 100% ", "&amp;".repeat(20)}) {
            for (final String secret : List.of(SECRET, "hush\\/hush+42", "hush%2Fhush+42", "hush/hush\\u002b42")) {
                final String value = '"' + before + secret + '"';
                final String clean = '"' + before + "REDACTED\"";
                assertEquals(head + "[" + clean + ",{\"tok\\u0065n\":\"REDACTED\"}]",
                        Messages.redactRequest(policy, head + "[" + value + ",{\"tok\\u0065n\":\"abc\"}]"));
                assertEquals(head + "[" + clean + "," + clean + "]",
                        Messages.redactRequest(policy, head + "[" + value + "," + value + "]"));
            }
        }
    }

    @Test
    void shouldRedactJsonFormAndQueryByName() {
        final RedactionPolicy policy =
                RedactionPolicy.builder().jsonPointer("/users/*/password").jsonKey("token").parameter("key").build();
        assertEquals("""
                POST /?a=1&key=REDACTED&k%65y=REDACTED HTTP/1.1\r
                Host: example.com\r
                Content-Type: application/json; charset=utf-8\r
                \r
                {"users": [{"password": "REDACTED", "n": 1}, {"password": 0}], "to\\u006ben": {"a": [false, null]},\
                 "tokens": 7}""", Messages.redactRequest(policy, """
                POST /?a=1&key=abc&k%65y=def HTTP/1.1\r
                Host: example.com\r
                Content-Type: application/json; charset=utf-8\r
                \r
                {"users": [{"password": "p\\"q", "n": 1}, {"password": 12.5e3}], "to\\u006ben": {"a": [true, null]},\
                 "tokens": 7}"""));
        assertEquals("""
                POST / HTTP/1.1\r
                Host: example.com\r
                Content-Type: application/x-www-form-urlencoded\r
                Content-Length: 16\r
                \r
                key=REDACTED&b=c""", Messages.redactRequest(policy, """
                POST / HTTP/1.1\r
                Host: example.com\r
                Content-Type: application/x-www-form-urlencoded\r
                Content-Length: 9\r
                \r
                key=a&b=c"""));
    }

    @Test
    void shouldReplaceEachResponseHeaderOfAName() {
        final RedactionPolicy policy = RedactionPolicy.builder()
                .redactResponseHeader("set-cookie")
                .build();
        assertEquals("""
                HTTP/1.1 302 Found\r
                Location: https://api.example.com/x\r
                Set-Cookie: REDACTED\r
                Set-Cookie: REDACTED\r
                Content-Length: 0\r
                \r
                """, Messages.redactResponse(policy, """
                HTTP/1.1 302 Found\r
                Location: https://api.example.com/x\r
                Set-Cookie: a=b\r
                Set-Cookie: c=d\r
                Content-Length: 0\r
                \r
                """));
    }

    @Test
    void shouldFollowWithTheLengthOfAResponse() {
        assertEquals("""
                HTTP/1.1 200 OK\r
                Content-Length: 10\r
                ETag: "1"\r
                \r
                a REDACTED""", Messages.redactResponse(withSecret().build(), """
                HTTP/1.1 200 OK\r
                Content-Length: 14\r
                ETag: "1"\r
                \r
                a hush/hush+42"""));
    }

    @Test
    void shouldKeepJsonWhereASecretIsANumber() {
        final RedactionPolicy policy = RedactionPolicy.builder()
                .secret("a", Messages.bytes("1234567"))
                .expression("4[0-9]{15}", "CARD-NUMBER")
                .build();
        assertEquals("""
                POST / HTTP/1.1\r
                Host: h\r
                \r
                {"a": 0, "b": [0, -0.5e7, true, null], "c": "x REDACTED CARD-NUMBER", "d": 0}""",
                Messages.redactRequest(policy, """
                POST / HTTP/1.1\r
                Host: h\r
                \r
                {"a": 1234567, "b": [91234567.5, -0.5e7, true, null], "c": "x 1234567 4111111111111111",\
                 "d": 4111111111111111}"""));
        assertEquals("data: {\"a\": 0}\n\ndata: 0\n\n", Messages.redactResponse(policy,
                "HTTP/1.1 200 OK\r\ncontent-type: Text/Event-Stream\r\n\r\n"
                + "data: {\"a\": 1234567}\n\ndata: 1234567\n\n").split("\r\n\r\n")[1]);
    }

    @Test
    void shouldLeaveNoTailOfOverlappingSecrets() {
        final RedactionPolicy policy = RedactionPolicy.builder()
                .secret("a", Messages.bytes("XYZ-123456"))
                .secret("b", Messages.bytes("123456-ABC"))
                .build();
        assertEquals("GET /REDACTED/REDACTED HTTP/1.1\r\nHost: h\r\n\r\n", Messages.redactRequest(
                policy, "GET /XYZ-123456-ABC/XYZ-123456 HTTP/1.1\r\nHost: h\r\n\r\n"));
    }

    @Test
    void shouldNotNameASecretAnywhere() {
        final RedactionPolicy policy = withSecret().build();
        assertFalse((policy.description() + policy + policy.warnings()).contains("hush"));
    }

    private static RedactionPolicyBuilder withSecret() {
        return RedactionPolicy.builder().secret("test #1", Messages.bytes(SECRET));
    }

    @Test
    void shouldReplaceAMethodThatIsASecretButNoOrdinaryOne() {
        final RedactionPolicy policy =
                RedactionPolicy.builder().secret("a", Messages.bytes("hunter2hunter2")).build();
        assertEquals("REDACTED / HTTP/1.1\r\nHost: h\r\n\r\n",
                Messages.redactRequest(policy, "hunter2hunter2 / HTTP/1.1\r\nHost: h\r\n\r\n"));
        final byte[] stored = Messages.bytes("xhunter2hunter2 / HTTP/1.1\r\nHost: h\r\n\r\n");
        assertEquals("request method", policy.newScanner().scanRequest("1", stored, 0, stored.length).field());
        final RedactionPolicy get = RedactionPolicy.builder().secret("a", Messages.bytes("GET")).build();
        assertNull(Messages.redactRequest(get, "GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
    }

    @Test
    void shouldTakeASecretOutOfACompressedFileAndKeepItOne() {
        final RedactionPolicy policy = withSecret().build();
        for (final String coding : new String[] {"gzip", "zstd"}) {
            for (final int padding : new int[] {0, 1, 70_000}) {
                final String text = "a".repeat(padding) + SECRET + "b";
                final byte[] file = Codings.code(coding, Messages.bytes(text));
                final String head = "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: ";
                final String redacted = Messages.redactResponse(
                        policy, head + file.length + "\r\n\r\n" + Messages.text(file, 0, file.length));
                final byte[] body = Messages.bytes(redacted.substring(redacted.indexOf("\r\n\r\n") + 4));
                assertTrue(redacted.startsWith(head + body.length + "\r\n\r\n"), coding);
                final byte[] plain = new BodyDecoder(1 << 20).decodeFile(body, 0, body.length, new int[0]);
                assertEquals("a".repeat(padding) + "REDACTEDb", Messages.text(plain, 0, plain.length), coding);
                final byte[] stored = Messages.bytes(head + file.length + "\r\n\r\n");
                final byte[] leaky = Messages.concat(stored, file);
                assertTrue(policy.newScanner().scanResponse("1", leaky, 0, leaky.length).field()
                        .matches("response body( \\(decompressed\\))?"), coding);
            }
        }
    }

    @Test
    void shouldWriteCompressedFilesOfAnyLength() {
        for (final String coding : new String[] {"gzip", "zstd"}) {
            for (final int length : new int[] {1, 65_535, 65_536, 131_072, 131_073, 300_000}) {
                final byte[] text = Messages.bytes("a".repeat(length));
                final byte[] file = CompressedFile.write(coding, text);
                assertEquals(coding, CompressedFile.coding(file, 0, file.length));
                assertArrayEquals(text, new BodyDecoder(1 << 20).decodeFile(file, 0, file.length, new int[0]),
                        coding + " of " + length);
            }
        }
    }

    @Test
    void shouldKeepASecretOffTheFramesOfACompressedFile() {
        final RedactionPolicy zeros = RedactionPolicy.builder().secret("a", new byte[3]).build();
        for (final String coding : new String[] {"gzip", "zstd"}) {
            final byte[] file = Codings.code(coding, Messages.bytes("a\0\0\0b".repeat(9)));
            final String redacted = Messages.redactResponse(zeros, "HTTP/1.1 200 OK\r\nContent-Length: " + file.length
                    + "\r\n\r\n" + Messages.text(file, 0, file.length));
            final byte[] stored = Messages.bytes(redacted);
            assertNull(zeros.newScanner().scanResponse("1", stored, 0, stored.length), coding);
        }
    }

    @Test
    void shouldMoveChunksAlongInACompressedFile() {
        final MessageRedactor redactor = withSecret().build().newRedactor();
        final byte[] file = Codings.code("gzip", Messages.bytes("a".repeat(999) + SECRET + "b".repeat(999)));
        final byte[] head = Messages.bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        final int[] chunks = {1, file.length - 2, 1};
        assertTrue(redactor.redactResponse(head, 0, head.length, file, 0, file.length, chunks, chunks.length));
        int sum = 0;
        for (int i = 0; i < chunks.length; i++) {
            assertTrue(redactor.chunkLength(i) >= 0);
            sum += redactor.chunkLength(i);
        }
        assertEquals(redactor.bodyLength(), sum);
    }
}
