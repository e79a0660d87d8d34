package io.ouli.engine.redaction;

import io.ouli.engine.http.RequestHead;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Whole messages with a secret in a random place, form, coding and chunking: nothing of it is in what is stored. */
class MessageRedactorProperties {
    private static final List<String> CODINGS = List.of("identity", "gzip", "deflate", "br", "zstd");
    private static final String SECRET = "sk-Live/0123+Zz=%~";
    private static final String INNOCENT = "sk-Live/0123+Zz=%-";

    private final RedactionPolicy policy =
            RedactionPolicy.builder().withoutDefaults().secret("OULI_SECRETS #1", Messages.bytes(SECRET)).build();
    private final MessageRedactor redactor = policy.newRedactor();
    private final SecretScanner scanner = policy.newScanner();

    @Property(tries = 1_500)
    void shouldStoreNothingOfASecretInAResponse(
            @ForAll final long seed, @ForAll @IntRange(min = 0, max = 3) final int place) {
        final Random random = new Random(seed);
        final String coding = CODINGS.get(random.nextInt(CODINGS.size()));
        final Response response = new Response(random, SECRET, coding, place);
        assertNotNull(scanner.scanResponse("interaction 7", response.stored(), 0, response.stored().length));
        assertTrue(response.redact(redactor), coding + place);
        final byte[] stored = response.stored();
        assertNull(scanner.scanResponse("interaction 7", stored, 0, stored.length), coding + place);
        assertFalse(Messages.text(stored, 0, stored.length).contains(SECRET), coding + place);
        assertEquals(response.body.length, Arrays.stream(response.chunks).sum(), coding + place);
    }

    @Property(tries = 500)
    void shouldLeaveAnInnocentResponseAlone(
            @ForAll final long seed, @ForAll @IntRange(min = 0, max = 3) final int place) {
        final Random random = new Random(seed);
        final String coding = CODINGS.get(random.nextInt(CODINGS.size()));
        final Response response = new Response(random, INNOCENT, coding, place);
        final byte[] stored = response.stored();
        assertNull(scanner.scanResponse("interaction 7", stored, 0, stored.length), coding + place);
        assertFalse(response.redact(redactor), coding + place);
    }

    @Property(tries = 1_500)
    void shouldStoreNothingOfASecretInARequest(
            @ForAll final long seed, @ForAll @IntRange(min = 0, max = 3) final int place) {
        final byte[] request = request(new Random(seed), SECRET, place);
        assertNotNull(scanner.scanRequest("interaction 7", request, 0, request.length));
        final RequestHead head = Messages.parse(request);
        assertTrue(redactor.redactRequest(head, request, head.end(), request.length - head.end()), "place " + place);
        final RequestHead redacted = redactor.head();
        final byte[] stored = Messages.concat(
                Arrays.copyOfRange(redacted.bytes(), redacted.start(), redacted.end()),
                Arrays.copyOfRange(redactor.body(), redactor.bodyOffset(),
                        redactor.bodyOffset() + redactor.bodyLength()));
        assertNull(scanner.scanRequest("interaction 7", stored, 0, stored.length), "place " + place);
        assertEquals(redactor.bodyLength(), redacted.contentLength());
        assertFalse(Messages.text(stored, 0, stored.length).contains(SECRET), "place " + place);
    }

    @Property(tries = 500)
    void shouldLeaveAnInnocentRequestAlone(
            @ForAll final long seed, @ForAll @IntRange(min = 0, max = 3) final int place) {
        final byte[] request = request(new Random(seed), INNOCENT, place);
        final RequestHead head = Messages.parse(request);
        assertFalse(redactor.redactRequest(head, request, head.end(), request.length - head.end()), "place " + place);
        assertNull(scanner.scanRequest("interaction 7", request, 0, request.length));
    }

    /** Places: 0 path or query, 1 header, 2 and 3 body. */
    private static byte[] request(final Random random, final String secret, final int place) {
        final String coding = CODINGS.get(random.nextInt(CODINGS.size()));
        final byte[] body =
                Codings.code(coding, wrapped(random, place >= 2 ? secret : "nothing to see", random.nextInt(3)));
        final String start = random.nextBoolean() ? "/p/" : "/p?a=1&b=";
        final String target = place == 0
                ? start + escaped(random, secret) + (random.nextBoolean() ? "&c=d" : "")
                : "/p?max_tokens=5";
        return Messages.concat(Messages.bytes("POST " + target + " HTTP/1.1\r\nHost: h\r\nX-A: b\r\n"
                + (place == 1 ? header(random, secret) : "")
                + "Content-Encoding: " + coding + "\r\nContent-Length: " + body.length + "\r\n\r\n"), body);
    }

    private static String header(final Random random, final String secret) {
        return switch (random.nextInt(4)) {
            case 0 -> "X-Note: a " + secret + " b\r\n";
            case 1 -> "X-Note: " + escaped(random, secret) + "\r\n";
            case 2 -> "X-Basic: " + text(Wrapping.BASE64.wrap(Messages.bytes(secret), random)) + "\r\n";
            default -> "X-Link: <" + text(Wrapping.URL.wrap(Messages.bytes(secret), random)) + ">\r\n";
        };
    }

    private static String text(final byte[] bytes) {
        return Messages.text(bytes, 0, bytes.length);
    }

    private static String escaped(final Random random, final String secret) {
        final String url = text(Wrapping.URL.wrap(Messages.bytes(secret), random));
        final String once = url.substring(url.indexOf("&q=") + 3, url.lastIndexOf("&z=2"));
        return random.nextBoolean() ? once : once.replace("%", "%25");
    }

    private static byte[] wrapped(final Random random, final String text, final int depth) {
        byte[] result = Messages.bytes(text);
        for (int i = 0; i < depth; i++) {
            result = Wrapping.values()[random.nextInt(Wrapping.values().length)].wrap(result, random);
        }
        return result;
    }

    /** A response in chunks or with a length; places as of requests, 0 being the reason phrase. */
    private static final class Response {
        private final boolean chunked;
        private byte[] head;
        private byte[] body;
        private final int[] chunks;

        Response(final Random random, final String secret, final String coding, final int place) {
            chunked = random.nextBoolean();
            body = Codings.code(
                    coding, wrapped(random, place >= 2 ? "a " + secret + " b" : "nothing to see", random.nextInt(3)));
            chunks = new int[1 + random.nextInt(5)];
            int rest = body.length;
            for (int i = 0; i < chunks.length - 1; i++) {
                chunks[i] = random.nextInt(rest + 1);
                rest -= chunks[i];
            }
            chunks[chunks.length - 1] = rest;
            head = Messages.bytes("HTTP/1.1 200 " + (place == 0 ? secret : "OK") + "\r\n"
                    + (place == 1 ? header(random, secret) : "") + "Content-Encoding: " + coding + "\r\n"
                    + (chunked ? "Transfer-Encoding: chunked\r\n\r\n" : "Content-Length: " + body.length + "\r\n\r\n"));
        }

        boolean redact(final MessageRedactor redactor) {
            final boolean changed =
                    redactor.redactResponse(head, 0, head.length, body, 0, body.length, chunks, chunks.length);
            if (changed) {
                head = Arrays.copyOf(redactor.responseBytes(), redactor.responseHeadLength());
                body = Arrays.copyOfRange(
                        redactor.body(), redactor.bodyOffset(), redactor.bodyOffset() + redactor.bodyLength());
                for (int i = 0; i < chunks.length; i++) {
                    chunks[i] = redactor.chunkLength(i);
                }
            }
            return changed;
        }

        byte[] stored() {
            byte[] all = head;
            int at = 0;
            for (final int chunk : chunks) {
                if (chunk > 0) {
                    final String size = chunked ? Integer.toHexString(chunk) + "\r\n" : "";
                    all = Messages.concat(all, Messages.bytes(size));
                    all = Messages.concat(all, Arrays.copyOfRange(body, at, at + chunk));
                    all = Messages.concat(all, Messages.bytes(chunked ? "\r\n" : ""));
                }
                at += chunk;
            }
            return Messages.concat(all, Messages.bytes(chunked ? "0\r\n\r\n" : ""));
        }
    }
}
