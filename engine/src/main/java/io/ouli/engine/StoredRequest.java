package io.ouli.engine;

import io.ouli.engine.http.Headers;
import io.ouli.engine.http.HopByHop;
import io.ouli.engine.http.RequestHead;
import io.ouli.engine.recording.FrameBuilder;
import io.ouli.engine.testserver.TestServerMark;
import java.nio.charset.StandardCharsets;

/**
 * Writes a request in its stored form: HTTP/1.1 bytes, end-to-end fields in their order, the body after transfer
 * decoding with a Content-Length.
 */
final class StoredRequest {
    private static final byte[] CONTENT_LENGTH = ascii("content-length");
    private static final byte[] EXPECT = ascii("expect");
    private static final byte[] CONTENT_LENGTH_FIELD = ascii("Content-Length: ");
    private static final byte[] COLON = ascii(": ");
    private static final byte[] CRLF = ascii("\r\n");

    private StoredRequest() {
    }

    static void write(
            final FrameBuilder frame,
            final RequestHead head,
            final byte[] body,
            final int bodyOffset,
            final int bodyLength,
            final TestServerMark mark) {
        final byte[] bytes = head.bytes();
        final Headers headers = head.headers();
        final int requestLineEnd = head.targetEnd() + " HTTP/1.1\r\n".length();
        frame.request(bytes, head.methodStart(), requestLineEnd - head.methodStart());
        boolean lengthWritten = false;
        for (int i = 0; i < headers.count(); i++) {
            if (headers.nameIs(i, CONTENT_LENGTH)) {
                if (!lengthWritten) {
                    writeLength(frame, bodyLength);
                    lengthWritten = true;
                }
            } else if (!HopByHop.matches(headers, i) && !headers.nameIs(i, EXPECT)) {
                frame.request(bytes, headers.nameStart(i), headers.nameEnd(i) - headers.nameStart(i));
                frame.request(COLON, 0, COLON.length);
                frame.request(bytes, headers.valueStart(i), headers.valueEnd(i) - headers.valueStart(i));
                frame.request(CRLF, 0, CRLF.length);
            }
        }
        if (!lengthWritten && (head.chunked() || bodyLength > 0)) {
            writeLength(frame, bodyLength);
        }
        if (mark != null) {
            final byte[] field = ascii(TestServerMark.FIELD + ": " + mark.value() + "\r\n");
            frame.request(field, 0, field.length);
        }
        frame.request(CRLF, 0, CRLF.length);
        frame.request(body, bodyOffset, bodyLength);
    }

    private static void writeLength(final FrameBuilder frame, final int length) {
        frame.request(CONTENT_LENGTH_FIELD, 0, CONTENT_LENGTH_FIELD.length);
        final byte[] digits = ascii(Integer.toString(length));
        frame.request(digits, 0, digits.length);
        frame.request(CRLF, 0, CRLF.length);
    }

    private static byte[] ascii(final String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
