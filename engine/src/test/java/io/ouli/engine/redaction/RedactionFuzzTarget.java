package io.ouli.engine.redaction;

import io.ouli.engine.http.RequestHead;
import io.ouli.engine.http.RequestParser;
import io.ouli.redact.LiteralSet;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Makes a policy and a message of any bytes, and checks what must hold of every pair: a redacted message is a message,
 * its length is right, no secret is left, and redacting it again changes nothing.
 *
 * <pre>
 * options 1 | secret's length 1 | secret | name's length 1 | name | rest: target or field or body
 * </pre>
 */
public final class RedactionFuzzTarget {
    private static final String[] TYPES = {
        "application/json", "application/x-www-form-urlencoded", "text/event-stream", "text/plain"};
    private static final String[] CODINGS = {"identity", "gzip", "deflate", "br", "zstd"};

    /** What is shorter is part of what every message is made of, such as the 0 that a redacted number becomes. */
    private static final int MIN_SECRET = 3;

    private RedactionFuzzTarget() {
    }

    public static void any(final byte[] input) {
        if (input.length < 4) {
            return;
        }
        final int options = input[0] & 0xff;
        final int secretEnd = 2 + Math.min(input[1] & 0x3f, input.length - 3);
        final int nameEnd = secretEnd + 1 + Math.min(input[secretEnd] & 0x0f, input.length - secretEnd - 1);
        final byte[] secret = Arrays.copyOfRange(input, 2, secretEnd);
        if (secret.length < MIN_SECRET) {
            return;
        }
        final String name = new String(input, secretEnd + 1, nameEnd - secretEnd - 1, StandardCharsets.UTF_8);
        try (RedactionPolicy policy = policy(options, secret, name)) {
            final byte[] rest = Arrays.copyOfRange(input, nameEnd, input.length);
            request(policy, options, rest);
            response(policy, options, rest);
        } catch (final RedactionException e) {
            // A typed error is a right answer to a rule that cannot be, or a message that would be none any more.
            assert !e.getMessage().isEmpty();
        }
    }

    private static RedactionPolicy policy(final int options, final byte[] secret, final String name) {
        final RedactionPolicyBuilder builder = RedactionPolicy.builder().secret("fuzz", secret)
                .literalOrder((options & 1) == 0 ? LiteralSet.Order.LONGEST_FIRST : LiteralSet.Order.LISTED);
        switch (options >> 1 & 3) {
            case 0 -> builder.jsonKey(name).parameter(name);
            case 1 -> builder.jsonPointer("/" + name);
            case 2 -> builder.expression(name);
            default -> builder.redactRequestHeader(name).removeResponseHeader(name);
        }
        return builder.build();
    }

    private static String head(final int options, final int length) {
        return "X-Note: x\r\nContent-Type: " + TYPES[options >> 3 & 3] + "\r\nContent-Encoding: "
                + CODINGS[(options >> 5) % CODINGS.length] + "\r\nContent-Length: " + length + "\r\n\r\n";
    }

    private static void request(final RedactionPolicy policy, final int options, final byte[] body) {
        final byte[] first = Messages.concat(
                Messages.bytes("POST /p?a=1&b=2 HTTP/1.1\r\nHost: h\r\n" + head(options, body.length)), body);
        final byte[] once = redact(policy, first);
        if (once == null) {
            return;
        }
        if (policy.newScanner().scanRequest("1", once, 0, once.length) != null) {
            throw new AssertionError("a secret is left in a request");
        }
        final byte[] twice = redact(policy, once);
        // An expression may match its own placeholder; a secret with & in it may have hidden where a parameter ends.
        final boolean settled = policy.textRules.isEmpty() && policy.parameterRules.isEmpty();
        if (settled && twice != null && !Arrays.equals(once, twice)) {
            throw new AssertionError("redacting a request again changes it");
        }
    }

    private static byte[] redact(final RedactionPolicy policy, final byte[] request) {
        final RequestHead head = new RequestHead(64);
        final int length = new RequestParser().parse(request, 0, request.length, head);
        final MessageRedactor redactor = policy.newRedactor();
        if (!redactor.redactRequest(head, request, length, request.length - length)) {
            return null;
        }
        final RequestHead redacted = redactor.head();
        if (redacted.contentLength() != redactor.bodyLength()) {
            throw new AssertionError("a request's Content-Length is not its body's");
        }
        return Messages.concat(
                Arrays.copyOfRange(redacted.bytes(), redacted.start(), redacted.end()),
                Arrays.copyOfRange(redactor.body(), redactor.bodyOffset(),
                        redactor.bodyOffset() + redactor.bodyLength()));
    }

    private static void response(final RedactionPolicy policy, final int options, final byte[] body) {
        final byte[] head = Messages.bytes("HTTP/1.1 200 OK\r\n" + head(options, body.length));
        final int[] chunks = {body.length / 3, body.length - body.length / 3};
        final MessageRedactor redactor = policy.newRedactor();
        if (!redactor.redactResponse(head, 0, head.length, body, 0, body.length, chunks, chunks.length)) {
            return;
        }
        if (redactor.chunkLength(0) + redactor.chunkLength(1) != redactor.bodyLength()
                || redactor.chunkLength(0) < 0 || redactor.chunkLength(1) < 0) {
            throw new AssertionError("a response's chunks are not its body");
        }
        final byte[] stored = Messages.concat(
                Arrays.copyOf(redactor.responseBytes(), redactor.responseHeadLength()),
                Arrays.copyOfRange(redactor.body(), redactor.bodyOffset(),
                        redactor.bodyOffset() + redactor.bodyLength()));
        if (policy.newScanner().scanResponse("1", stored, 0, stored.length) != null) {
            throw new AssertionError("a secret is left in a response");
        }
    }
}
