package io.ouli.perf.load;

import io.ouli.perf.corpus.ExpectedReply;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads the replies of one connection from whatever pieces they come in and compares them with what is expected while
 * they pass. Allocates nothing for a reply that comes whole.
 */
final class ReplyReader {
    private static final int MOST_HEAD_BYTES = 64 << 10;
    private static final byte[] CONTENT_LENGTH = ascii("content-length");
    private static final byte[] TRANSFER_ENCODING = ascii("transfer-encoding");
    private static final byte[] CONNECTION = ascii("connection");

    private enum State { HEAD, LENGTH, UNTIL_CLOSE, CHUNK_SIZE, CHUNK_DATA, CHUNK_END, TRAILER, DONE }

    private State state = State.DONE;
    private ExpectedReply expected;
    private boolean headRequest;
    private ByteArrayOutputStream capture;
    private ReplyFault fault = ReplyFault.NONE;

    /** The beginning of a head that came in pieces. */
    private byte[] pending = new byte[256];
    private int pendingLength;

    private int status;
    private long contentLength;
    private boolean chunked;
    private boolean closes;
    private long left;
    private long bodyLength;
    private boolean chunkSizeSeen;
    private boolean chunkExtension;
    private int trailerLineLength;

    /** Expects the next reply. */
    void begin(final ExpectedReply reply, final boolean isHeadRequest) {
        expected = reply;
        headRequest = isHeadRequest;
        fault = ReplyFault.NONE;
        pendingLength = 0;
        bodyLength = 0;
        state = State.HEAD;
    }

    /** Keeps a copy of the bodies that follow, for replies that are to become expectations; null keeps none. */
    void captureInto(final ByteArrayOutputStream sink) {
        capture = sink;
    }

    boolean complete() {
        return state == State.DONE;
    }

    ReplyFault fault() {
        return fault;
    }

    int status() {
        return status;
    }

    /** {@return the length of the body so far, after transfer decoding} */
    long bodyLength() {
        return bodyLength;
    }

    /** {@return whether the server closes the connection after this reply} */
    boolean closes() {
        return closes;
    }

    /**
     * Ends the input.
     *
     * @return whether that completes the reply: its body was delimited by the close.
     */
    boolean endOfInput() {
        if (state != State.UNTIL_CLOSE) {
            return false;
        }
        finish();
        return true;
    }

    /**
     * Takes bytes until the reply is complete or they are used up.
     *
     * @return the index after the last byte taken; bytes after a complete reply are left for the next one.
     */
    int read(final byte[] bytes, final int from, final int to) throws MalformedReplyException {
        int at = from;
        while (at < to && state != State.DONE) {
            at = switch (state) {
                case HEAD -> readHead(bytes, at, to);
                case LENGTH -> readSized(bytes, at, to);
                case UNTIL_CLOSE -> {
                    body(bytes, at, to);
                    yield to;
                }
                case CHUNK_SIZE -> readChunkSize(bytes[at], at);
                case CHUNK_DATA -> readChunkData(bytes, at, to);
                case CHUNK_END -> readChunkEnd(bytes[at], at);
                case TRAILER -> readTrailer(bytes[at], at);
                case DONE -> throw new AssertionError("unreachable");
            };
        }
        return at;
    }

    private int readHead(final byte[] bytes, final int from, final int to) throws MalformedReplyException {
        final int end;
        if (pendingLength == 0) {
            end = parseHead(bytes, from, to);
            if (end < 0) {
                keep(bytes, from, to);
                return to;
            }
        } else {
            final int before = pendingLength;
            keep(bytes, from, to);
            final int pendingEnd = parseHead(pending, 0, pendingLength);
            if (pendingEnd < 0) {
                return to;
            }
            end = from + pendingEnd - before;
            pendingLength = 0;
        }
        enterBody();
        return end;
    }

    private void keep(final byte[] bytes, final int from, final int to) throws MalformedReplyException {
        final int length = pendingLength + to - from;
        if (length > MOST_HEAD_BYTES + (64 << 10)) {
            throw new MalformedReplyException("its head is longer than " + MOST_HEAD_BYTES + " bytes");
        }
        if (length > pending.length) {
            pending = Arrays.copyOf(pending, Integer.highestOneBit(length) << 1);
        }
        System.arraycopy(bytes, from, pending, pendingLength, to - from);
        pendingLength = length;
    }

    /**
     * Parses a whole head.
     *
     * @return the index after its empty line, or -1 if it is not all there.
     */
    private int parseHead(final byte[] bytes, final int from, final int to) throws MalformedReplyException {
        contentLength = -1;
        chunked = false;
        closes = false;
        int line = from;
        for (int i = from; i < to; i++) {
            if (bytes[i] != '\n') {
                continue;
            }
            final int lineEnd = i > line && bytes[i - 1] == '\r' ? i - 1 : i;
            if (line == from) {
                statusLine(bytes, line, lineEnd);
            } else if (lineEnd == line) {
                return i + 1;
            } else {
                field(bytes, line, lineEnd);
            }
            line = i + 1;
        }
        return -1;
    }

    private void statusLine(final byte[] bytes, final int from, final int to) throws MalformedReplyException {
        final boolean http = to - from >= 12 && bytes[from] == 'H' && bytes[from + 1] == 'T' && bytes[from + 5] == '1'
                && bytes[from + 8] == ' ';
        final int code = http ? number(bytes, from + 9, from + 12) : -1;
        if (code < 100) {
            throw new MalformedReplyException("its first line is no HTTP/1.x status line");
        }
        status = code;
        closes = bytes[from + 7] == '0';
    }

    /** Looks at the three fields that frame a message; the first letter rules out most others. */
    private void field(final byte[] bytes, final int from, final int to) throws MalformedReplyException {
        final int letter = bytes[from] | 0x20;
        if (letter == 'c') {
            final int length = valueOf(bytes, from, to, CONTENT_LENGTH);
            if (length >= 0) {
                contentLength = number(bytes, length, trimmed(bytes, length, to));
                if (contentLength < 0) {
                    throw new MalformedReplyException("its Content-Length is no number");
                }
                return;
            }
            final int connection = valueOf(bytes, from, to, CONNECTION);
            if (connection >= 0) {
                closes = to - connection >= 5 && (bytes[connection] | 0x20) == 'c';
            }
        } else if (letter == 't' && valueOf(bytes, from, to, TRANSFER_ENCODING) >= 0) {
            chunked = true;
        }
    }

    /** {@return where the value of a field begins if it has this lower-case name, else -1} */
    private static int valueOf(final byte[] bytes, final int from, final int to, final byte[] name) {
        if (to - from <= name.length || bytes[from + name.length] != ':') {
            return -1;
        }
        for (int i = 0; i < name.length; i++) {
            if ((bytes[from + i] | 0x20) != name[i]) {
                return -1;
            }
        }
        int at = from + name.length + 1;
        while (at < to && (bytes[at] == ' ' || bytes[at] == '\t')) {
            at++;
        }
        return at;
    }

    private static int trimmed(final byte[] bytes, final int from, final int to) {
        int end = to;
        while (end > from && (bytes[end - 1] == ' ' || bytes[end - 1] == '\t')) {
            end--;
        }
        return end;
    }

    /** {@return a decimal number of at most nine digits, -1 if it is none} */
    private static int number(final byte[] bytes, final int from, final int to) {
        if (to <= from || to - from > 9) {
            return -1;
        }
        int value = 0;
        for (int i = from; i < to; i++) {
            final int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value;
    }

    private void enterBody() {
        if (status < 200) {
            state = State.HEAD;
            return;
        }
        if (expected != null && expected.status() != status) {
            fault = ReplyFault.STATUS;
        }
        if (headRequest || status == 204 || status == 304) {
            // Whatever was expected of the body, there is none to compare.
            state = State.DONE;
        } else if (chunked) {
            startChunkSize();
        } else if (contentLength >= 0) {
            left = contentLength;
            state = State.LENGTH;
            if (left == 0) {
                finish();
            }
        } else {
            closes = true;
            state = State.UNTIL_CLOSE;
        }
    }

    private int readSized(final byte[] bytes, final int from, final int to) {
        final int taken = (int) Math.min(left, to - from);
        body(bytes, from, from + taken);
        left -= taken;
        if (left == 0) {
            finish();
        }
        return from + taken;
    }

    private void startChunkSize() {
        state = State.CHUNK_SIZE;
        left = 0;
        chunkSizeSeen = false;
        chunkExtension = false;
    }

    private int readChunkSize(final byte value, final int at) throws MalformedReplyException {
        if (value == '\n') {
            if (!chunkSizeSeen) {
                throw new MalformedReplyException("a chunk has no size");
            }
            trailerLineLength = 0;
            state = left == 0 ? State.TRAILER : State.CHUNK_DATA;
        } else if (value == ';') {
            chunkExtension = true;
        } else if (value != '\r' && !chunkExtension) {
            final int digit = Character.digit(value, 16);
            if (digit < 0 || left > Integer.MAX_VALUE) {
                throw new MalformedReplyException("a chunk's size is no number");
            }
            left = left << 4 | digit;
            chunkSizeSeen = true;
        }
        return at + 1;
    }

    private int readChunkData(final byte[] bytes, final int from, final int to) {
        final int taken = (int) Math.min(left, to - from);
        body(bytes, from, from + taken);
        left -= taken;
        if (left == 0) {
            state = State.CHUNK_END;
        }
        return from + taken;
    }

    private int readChunkEnd(final byte value, final int at) throws MalformedReplyException {
        if (value == '\n') {
            startChunkSize();
        } else if (value != '\r') {
            throw new MalformedReplyException("a chunk is longer than its size");
        }
        return at + 1;
    }

    private int readTrailer(final byte value, final int at) {
        if (value == '\n') {
            if (trailerLineLength == 0) {
                finish();
            }
            trailerLineLength = 0;
        } else if (value != '\r') {
            trailerLineLength++;
        }
        return at + 1;
    }

    private void body(final byte[] bytes, final int from, final int to) {
        if (capture != null) {
            capture.write(bytes, from, to - from);
        }
        if (fault == ReplyFault.NONE && expected != null && expected.body() != null) {
            final byte[] wanted = expected.body();
            final int at = (int) bodyLength;
            final int length = to - from;
            if (length > wanted.length - at) {
                fault = ReplyFault.LENGTH;
            } else if (!Arrays.equals(bytes, from, to, wanted, at, at + length)) {
                fault = ReplyFault.BYTES;
            }
        }
        bodyLength += to - from;
    }

    private void finish() {
        state = State.DONE;
        if (fault != ReplyFault.STATUS && expected != null && expected.body() != null
                && bodyLength != expected.body().length) {
            fault = ReplyFault.LENGTH;
        }
    }

    private static byte[] ascii(final String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
