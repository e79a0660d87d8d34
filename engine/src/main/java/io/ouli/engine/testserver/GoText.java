package io.ouli.engine.testserver;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A string as Go has it: bytes, mostly UTF-8, ordered as unsigned bytes. */
record GoText(byte[] bytes) implements Comparable<GoText> {
    static GoText of(final String text) {
        return new GoText(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public int compareTo(final GoText other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(final Object other) {
        return other instanceof final GoText text && Arrays.equals(bytes, text.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** {@return the length of the sound UTF-8 sequence at an index, or 0 if none begins there} */
    static int sequenceLength(final byte[] bytes, final int at, final int end) {
        final int first = bytes[at] & 0xff;
        if (first < 0x80) {
            return 1;
        }
        final int length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
        if (length == 0 || end - at < length) {
            return 0;
        }
        for (int i = 1; i < length; i++) {
            if ((bytes[at + i] & 0xc0) != 0x80) {
                return 0;
            }
        }
        final int second = bytes[at + 1] & 0xff;
        final boolean sound = switch (first) {
            case 0xe0 -> second >= 0xa0;
            case 0xed -> second <= 0x9f;
            case 0xf0 -> second >= 0x90;
            case 0xf4 -> second <= 0x8f;
            default -> true;
        };
        return sound ? length : 0;
    }
}
