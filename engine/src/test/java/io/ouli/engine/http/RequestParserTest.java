package io.ouli.engine.http;

import io.ouli.engine.Limits;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class RequestParserTest {
    private final RequestParser parser = new RequestParser();
    private final RequestHead head = new RequestHead(Limits.MAX_HEADERS);

    static List<MessageCases.Case> cases() {
        return MessageCases.read("requests.txt");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldReadOrRefuseAsTheTableSays(final MessageCases.Case one) {
        assertEquals(one.expected(), outcome(one.bytes(), one.bytes().length));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldGiveTheSameHoweverTheBytesArrive(final MessageCases.Case one) {
        for (int split = 0; split <= one.bytes().length; split++) {
            assertEquals(one.expected(), outcome(one.bytes(), split), "split at " + split);
        }
        assertEquals(one.expected(), outcomeByteWise(one.bytes()));
    }

    @Test
    void shouldTellWhereEverythingLies() {
        final byte[] bytes = ascii("xx\r\nPOST /a?b=c HTTP/1.1\r\nHost: h\r\nA:  v w \r\n\r\nbody");
        final int length = parser.parse(bytes, 2, bytes.length, head);
        assertEquals(bytes.length - 2 - 4, length);
        assertEquals(4, head.start());
        assertEquals(bytes.length - 4, head.end());
        assertEquals("POST", text(head.methodStart(), head.methodEnd()));
        assertTrue(head.methodIs(ascii("POST")));
        assertEquals("/a?b=c", text(head.targetStart(), head.targetEnd()));
        assertEquals(2, head.headers().count());
        assertEquals("A", head.headers().name(1));
        assertEquals("v w", head.headers().value(1));
    }

    @Test
    void shouldGoOnInALongerCopy() {
        final byte[] bytes = ascii("GET / HTTP/1.1\r\nHost: h\r\nX: yes\r\n\r\n");
        assertEquals(0, parser.parse(Arrays.copyOf(bytes, 30), 0, 30, head));
        assertEquals(bytes.length, parser.parse(bytes, 0, bytes.length, head));
        assertEquals("h", head.headers().value(0));
        assertEquals("yes", head.headers().value(1));
    }

    @Test
    void shouldLeaveNothingBehindForTheNextRequest() {
        final byte[] first = ascii("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
        final byte[] second = ascii("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
        parser.parse(first, 0, first.length, head);
        assertEquals(second.length, parser.parse(second, 0, second.length, head));
        assertEquals("ok body=none keep", describe());
    }

    @Test
    void shouldHoldEachLimitAtItsEdge() {
        final String host = "Host: a\r\n";
        edge("M", Limits.MAX_METHOD_BYTES, " / HTTP/1.1\r\n" + host + "\r\n", HttpFault.METHOD_NOT_IMPLEMENTED);
        edge("GET /", "a", Limits.MAX_PATH_BYTES - 1, " HTTP/1.1\r\n" + host + "\r\n", HttpFault.TARGET_TOO_LONG);
        edge("GET / HTTP/1.1\r\n" + host, "N", Limits.MAX_HEADER_NAME_BYTES, ": v\r\n\r\n",
                HttpFault.FIELD_NAME_TOO_LONG);
        edge("GET / HTTP/1.1\r\n" + host + "X: ", "v", Limits.MAX_HEADER_VALUE_BYTES, "\r\n\r\n",
                HttpFault.FIELD_VALUE_TOO_LONG);
        edge("GET / HTTP/1.1\r\n" + host, "X:\r\n", Limits.MAX_HEADERS - 1, "\r\n", HttpFault.TOO_MANY_FIELDS);
        final String long7 = ("X: " + "v".repeat(8_000) + "\r\n").repeat(8);
        final String front = "GET / HTTP/1.1\r\n" + host + long7 + "Y: ";
        edge(front, "v", Limits.MAX_HEAD_BYTES - front.length() - 4, "\r\n\r\n", HttpFault.HEAD_TOO_LONG);
    }

    @Test
    void shouldRefuseAnEndlessLineBeforeItEnds() {
        final byte[] target = ascii("GET /" + "a".repeat(Limits.MAX_PATH_BYTES + 100));
        assertEquals("TARGET_TOO_LONG", outcomeByteWise(target));
        final byte[] field = ascii("GET / HTTP/1.1\r\nX: " + "a".repeat(Limits.MAX_HEADER_VALUE_BYTES + 400));
        assertEquals("FIELD_VALUE_TOO_LONG", outcomeByteWise(field));
    }

    private void edge(final String unit, final int times, final String after, final HttpFault beyond) {
        edge("", unit, times, after, beyond);
    }

    private void edge(final String before, final String unit, final int times, final String after,
            final HttpFault beyond) {
        assertEquals("ok body=none keep", outcomeOf(before + unit.repeat(times) + after));
        assertEquals(beyond.name(), outcomeOf(before + unit.repeat(times + 1) + after));
    }

    private String outcomeOf(final String request) {
        final byte[] bytes = ascii(request);
        final String whole = outcome(bytes, bytes.length);
        assertEquals(whole, outcome(bytes, bytes.length / 2));
        assertEquals(whole, outcome(bytes, bytes.length - 3));
        return whole;
    }

    private String outcome(final byte[] bytes, final int split) {
        int result = parser.parse(bytes, 0, split, head);
        if (result == HeadParser.INCOMPLETE) {
            result = parser.parse(bytes, 0, bytes.length, head);
        }
        return outcome(result);
    }

    private String outcomeByteWise(final byte[] bytes) {
        int result = HeadParser.INCOMPLETE;
        for (int limit = 0; limit <= bytes.length && result == HeadParser.INCOMPLETE; limit++) {
            result = parser.parse(bytes, 0, limit, head);
        }
        return outcome(result);
    }

    private String outcome(final int result) {
        if (result == HeadParser.INCOMPLETE) {
            parser.reset();
            return "incomplete";
        }
        return result < 0 ? parser.fault().name() : describe();
    }

    private String describe() {
        final String body = head.chunked() ? "chunked"
                : head.contentLength() == RequestHead.NO_LENGTH ? "none" : Long.toString(head.contentLength());
        return "ok body=" + body + (head.keepAlive() ? " keep" : " close") + (head.expectContinue() ? " expect" : "");
    }

    private String text(final int from, final int end) {
        return new String(head.bytes(), from, end - from, StandardCharsets.US_ASCII);
    }

    private static byte[] ascii(final String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
