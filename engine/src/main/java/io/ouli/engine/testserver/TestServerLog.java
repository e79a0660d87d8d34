package io.ouli.engine.testserver;

import io.ouli.engine.OuliException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads one of test-server's {@code .websocket.log} files: {@code >5 ping\n<5 pong\n}, in which {@code >} is the
 * client's message, {@code <} the server's, and the number counts the message and its line feed.
 */
public final class TestServerLog {
    private static final int MOST_DIGITS = 9;

    private TestServerLog() {
    }

    /**
     * {@return the messages in their order, each with its direction before it, {@code >} or {@code <}}
     *
     * @throws OuliException that names the first byte that is not as it should be.
     */
    public static List<byte[]> read(final byte[] log) {
        final List<byte[]> messages = new ArrayList<>();
        int at = 0;
        while (at < log.length) {
            final byte direction = log[at];
            if (direction != '>' && direction != '<') {
                throw unsound(at, "neither '>' nor '<'");
            }
            int digit = at + 1;
            int length = 0;
            while (digit < log.length && log[digit] >= '0' && log[digit] <= '9' && digit - at <= MOST_DIGITS) {
                length = length * 10 + log[digit] - '0';
                digit++;
            }
            if (digit == at + 1 || digit == log.length || log[digit] != ' ') {
                throw unsound(digit, "no length with a blank behind it");
            }
            final int start = digit + 1;
            if (length < 1 || length > log.length - start) {
                throw unsound(start, "the message is cut short");
            }
            if (log[start + length - 1] != '\n') {
                throw unsound(start + length - 1, "the message does not end with a line feed");
            }
            final byte[] message = new byte[length];
            message[0] = direction;
            System.arraycopy(log, start, message, 1, length - 1);
            messages.add(message);
            at = start + length;
        }
        return messages;
    }

    private static OuliException unsound(final int at, final String reason) {
        return new OuliException("byte " + at + ": " + reason);
    }
}
