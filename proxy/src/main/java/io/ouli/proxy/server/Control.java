package io.ouli.proxy.server;

import io.ouli.engine.Limits;
import io.ouli.engine.http.Headers;
import io.ouli.engine.http.RequestHead;
import java.nio.charset.StandardCharsets;

/** What a request's control fields ask for: a session by name, and whether to rewind it. One for each worker. */
final class Control {
    private static final byte[] TEST_NAME = ascii("test-name");
    private static final byte[] OULI_TEST_NAME = ascii("x-ouli-test-name");
    private static final byte[] RESET_CHAIN = ascii("x-ouli-reset-chain");
    private static final byte[] HEAD = ascii("HEAD");
    private static final byte[] TRUE = ascii("true");

    private boolean reset;
    private boolean ambiguous;
    private int nameStart;
    private int nameEnd;
    private byte[] nameBytes;
    private final byte[] underscored = new byte[Limits.MAX_SESSION_NAME_BYTES];

    /**
     * Reads the control fields of one request. {@code X-Ouli-Test-Name} wins over {@code Test-Name}, of which the first
     * counts, as google/test-server has it; a second one of the former makes the request ambiguous.
     */
    void read(final Headers headers) {
        reset = false;
        ambiguous = false;
        nameStart = -1;
        boolean own = false;
        for (int i = 0; i < headers.count(); i++) {
            switch (headers.nameEnd(i) - headers.nameStart(i)) {
                case 9:
                    if (nameStart < 0 && headers.nameIs(i, TEST_NAME)) {
                        name(headers, i);
                        underscoreBlanks();
                    }
                    break;
                case 16:
                    if (headers.nameIs(i, OULI_TEST_NAME)) {
                        ambiguous |= own;
                        own = true;
                        name(headers, i);
                    }
                    break;
                case 18:
                    reset |= headers.nameIs(i, RESET_CHAIN) && isTrue(headers, i);
                    break;
                default:
                    break;
            }
        }
    }

    private void name(final Headers headers, final int index) {
        nameBytes = headers.bytes();
        nameStart = headers.valueStart(index);
        nameEnd = headers.valueEnd(index);
    }

    /** A blank in Test-Name stands for an underscore, as google/test-server has it. */
    private void underscoreBlanks() {
        final int length = nameEnd - nameStart;
        if (length > underscored.length || !hasBlank()) {
            return;
        }
        for (int i = 0; i < length; i++) {
            final byte c = nameBytes[nameStart + i];
            underscored[i] = c == ' ' ? (byte) '_' : c;
        }
        nameBytes = underscored;
        nameStart = 0;
        nameEnd = length;
    }

    private boolean hasBlank() {
        for (int i = nameStart; i < nameEnd; i++) {
            if (nameBytes[i] == ' ') {
                return true;
            }
        }
        return false;
    }

    private static boolean isTrue(final Headers headers, final int index) {
        final int from = headers.valueStart(index);
        if (headers.valueEnd(index) - from != TRUE.length) {
            return false;
        }
        for (int i = 0; i < TRUE.length; i++) {
            if ((headers.bytes()[from + i] | 0x20) != TRUE[i]) {
                return false;
            }
        }
        return true;
    }

    /**
     * {@return whether the request that was read is answered by its key and nothing else: it has no body, names and
     * rewinds no session, and its connection goes on}
     */
    boolean keyTellsAll(final RequestHead head) {
        return !named() && !reset && head.keepAlive() && head.minorVersion() == 1 && !head.hasBody()
                && !head.expectContinue() && !head.methodIs(HEAD);
    }

    /** {@return whether the session is to be rewound first} */
    boolean reset() {
        return reset;
    }

    /** {@return whether the request names its session twice, so that nobody can tell which one is meant} */
    boolean ambiguous() {
        return ambiguous;
    }

    /** {@return whether the request names a session} */
    boolean named() {
        return nameStart >= 0;
    }

    /** {@return the array that holds the name; valid until the next request is read} */
    byte[] nameBytes() {
        return nameBytes;
    }

    int nameStart() {
        return nameStart;
    }

    int nameEnd() {
        return nameEnd;
    }

    /** {@return whether a range is a session's name: segments of {@code [A-Za-z0-9._-]} joined by one slash each} */
    static boolean isSessionName(final byte[] bytes, final int from, final int end) {
        if (from == end || end - from > Limits.MAX_SESSION_NAME_BYTES) {
            return false;
        }
        int segment = from;
        for (int i = from; i <= end; i++) {
            if (i == end || bytes[i] == '/') {
                if (!isSegment(bytes, segment, i)) {
                    return false;
                }
                segment = i + 1;
            }
        }
        return true;
    }

    private static boolean isSegment(final byte[] bytes, final int from, final int end) {
        int dots = 0;
        for (int i = from; i < end; i++) {
            final byte c = bytes[i];
            if (c == '.') {
                dots++;
            } else if ((c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '_' && c != '-') {
                return false;
            }
        }
        return end > from && !(dots == end - from && dots <= 2);
    }

    private static byte[] ascii(final String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
