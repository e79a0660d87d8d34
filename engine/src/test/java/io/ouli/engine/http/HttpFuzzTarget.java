package io.ouli.engine.http;

import io.ouli.engine.Limits;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * What must hold of any bytes where HTTP/1.1 is expected: in pieces or whole, they are understood alike. With
 * {@code -Douli.fuzz.canary=true} there is a bug to be found.
 */
public final class HttpFuzzTarget {
    /** A bug to be found, by which the fuzzer itself is tried. */
    private static final boolean CANARY = Boolean.getBoolean("ouli.fuzz.canary");
    private static final int MAX_BODY = 1 << 20;
    private static final int MAX_INPUT = 4096;

    private HttpFuzzTarget() {
    }

    /**
     * Reads a message as a whole and in pieces of some length.
     *
     * <pre>
     * bit 7: a response; bits 0 to 6: the pieces' length 1 | message
     * </pre>
     */
    public static void anyMessage(final byte[] input) {
        if (input.length == 0 || input.length > MAX_INPUT) {
            return;
        }
        final byte[] bytes = Arrays.copyOfRange(input, 1, input.length);
        final int piece = Math.max(1, input[0] & 0x7f);
        if (input[0] >= 0) {
            request(bytes, piece);
        } else {
            response(bytes, piece);
        }
    }

    private static void request(final byte[] bytes, final int piece) {
        final RequestHead whole = new RequestHead(Limits.MAX_HEADERS);
        final RequestParser parser = new RequestParser();
        final int length = parser.parse(bytes, 0, bytes.length, whole);
        final HttpFault fault = parser.fault();
        final RequestHead pieced = new RequestHead(Limits.MAX_HEADERS);
        final RequestParser other = new RequestParser();
        int found = HeadParser.INCOMPLETE;
        for (int limit = 0; found == HeadParser.INCOMPLETE && limit < bytes.length;) {
            limit = Math.min(bytes.length, limit + piece);
            found = other.parse(bytes, 0, limit, pieced);
        }
        agree(length, fault, found, other.fault());
        if (length > 0) {
            require(whole.end() == length && whole.methodStart() < whole.methodEnd()
                    && whole.targetStart() < whole.targetEnd() && whole.targetEnd() <= length, "places of the head");
            require(whole.contentLength() == pieced.contentLength() && whole.chunked() == pieced.chunked()
                    && whole.keepAlive() == pieced.keepAlive(), "framing in pieces");
            fields(whole.headers(), pieced.headers());
            if (whole.chunked()) {
                chunks(Arrays.copyOfRange(bytes, length, bytes.length), piece);
            }
        }
    }

    private static void response(final byte[] bytes, final int piece) {
        final ResponseHead whole = new ResponseHead(Limits.MAX_HEADERS);
        final ResponseParser parser = new ResponseParser();
        final int length = parser.parse(bytes, 0, bytes.length, whole);
        final HttpFault fault = parser.fault();
        final ResponseHead pieced = new ResponseHead(Limits.MAX_HEADERS);
        final ResponseParser other = new ResponseParser();
        int found = HeadParser.INCOMPLETE;
        for (int limit = 0; found == HeadParser.INCOMPLETE && limit < bytes.length;) {
            limit = Math.min(bytes.length, limit + piece);
            found = other.parse(bytes, 0, limit, pieced);
        }
        agree(length, fault, found, other.fault());
        if (length > 0) {
            fields(whole.headers(), pieced.headers());
        }
    }

    private static void agree(final int length, final HttpFault fault, final int found, final HttpFault other) {
        require(length == found, "whole: " + length + ", in pieces: " + found);
        require(length != HeadParser.REFUSED || fault != null && fault == other,
                "whole: " + fault + ", in pieces: " + other);
    }

    private static void fields(final Headers whole, final Headers pieced) {
        require(whole.count() == pieced.count(), "count of fields in pieces");
        for (int i = 0; i < whole.count(); i++) {
            require(!whole.name(i).isEmpty() && whole.name(i).equals(pieced.name(i))
                    && whole.value(i).equals(pieced.value(i)), "field in pieces");
            require(whole.value(i).strip().length() == whole.value(i).length() || hasOddSpace(whole.value(i)),
                    "white space around a value");
            require(!CANARY || !whole.name(i).equals("sing"), "the canary sings");
            require(whole.value(i).chars().noneMatch(c -> c == '\r' || c == '\n' || c == 0), "a value with line ends");
        }
    }

    /** White space of other kinds than HTTP's is part of a value. */
    private static boolean hasOddSpace(final String value) {
        return value.charAt(0) != ' ' && value.charAt(0) != '\t'
                && value.charAt(value.length() - 1) != ' ' && value.charAt(value.length() - 1) != '\t';
    }

    private static void chunks(final byte[] bytes, final int piece) {
        require(Arrays.equals(decode(bytes, bytes.length), decode(bytes, piece)), "a chunked body in pieces");
    }

    /** Returns the decoded body and, as one more byte, how it ended. */
    private static byte[] decode(final byte[] bytes, final int piece) {
        final ChunkedDecoder decoder = new ChunkedDecoder(MAX_BODY);
        final ByteArrayOutputStream body = new ByteArrayOutputStream();
        int limit = 0;
        int at = 0;
        while (true) {
            final ChunkedDecoder.Event event = decoder.next(bytes, at, limit);
            at = decoder.position();
            switch (event) {
                case NEED_INPUT -> {
                    require(at == limit, "input was left");
                    if (limit == bytes.length) {
                        body.write('n');
                        return body.toByteArray();
                    }
                    limit = Math.min(bytes.length, limit + piece);
                }
                case DATA -> body.write(bytes, decoder.dataStart(), decoder.dataLength());
                case CHUNK -> require(decoder.chunkLength() > 0, "an empty chunk");
                case END -> {
                    body.write('e');
                    return body.toByteArray();
                }
                default -> {
                    body.writeBytes(decoder.fault().name().getBytes());
                    return body.toByteArray();
                }
            }
        }
    }

    private static void require(final boolean holds, final String message) {
        if (!holds) {
            throw new AssertionError(message);
        }
    }
}
