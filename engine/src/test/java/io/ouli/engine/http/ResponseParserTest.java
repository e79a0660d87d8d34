package io.ouli.engine.http;

import io.ouli.engine.Limits;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertEquals;

class ResponseParserTest {
    private final ResponseParser parser = new ResponseParser();
    private final ResponseHead head = new ResponseHead(Limits.MAX_HEADERS);

    static List<MessageCases.Case> cases() {
        return MessageCases.read("responses.txt");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldReadOrRefuseAsTheTableSaysHoweverTheBytesArrive(final MessageCases.Case one) {
        for (int split = 0; split <= one.bytes().length; split++) {
            int result = parser.parse(one.bytes(), 0, split, head);
            if (result == HeadParser.INCOMPLETE) {
                result = parser.parse(one.bytes(), 0, one.bytes().length, head);
            }
            assertEquals(one.expected(), outcome(result), "split at " + split);
        }
    }

    @Test
    void shouldHaveNoBodyInAnswerToHead() {
        final byte[] bytes = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII);
        parser.parse(bytes, 0, bytes.length, head);
        assertEquals(ResponseHead.Framing.NONE, head.framing(true));
        assertEquals(ResponseHead.Framing.CHUNKED, head.framing(false));
        assertEquals("OK", new String(bytes, head.reasonStart(), head.reasonEnd() - head.reasonStart(),
                StandardCharsets.US_ASCII));
    }

    private String outcome(final int result) {
        if (result == HeadParser.INCOMPLETE) {
            parser.reset();
            return "incomplete";
        }
        if (result < 0) {
            return parser.fault().name();
        }
        return head.status() + " " + head.framing(false)
                + (head.contentLength() == ResponseHead.NO_LENGTH ? "" : " " + head.contentLength())
                + (head.keepAlive() ? " keep" : " close");
    }
}
