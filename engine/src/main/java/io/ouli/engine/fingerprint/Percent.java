package io.ouli.engine.fingerprint;

import java.util.Arrays;

/** Percent-encoding of RFC 3986: classes of characters, and escapes read and written. */
final class Percent {
    private static final byte UNRESERVED = 1;
    private static final byte PATH = 2;
    private static final byte[] CLASSES = new byte[256];
    private static final byte[] HEX_VALUES = new byte[256];
    private static final byte[] HEX_DIGITS = {
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'};

    static {
        Arrays.fill(HEX_VALUES, (byte) -1);
        for (int c = 0; c < 128; c++) {
            final int digit = Character.digit(c, 16);
            HEX_VALUES[c] = (byte) digit;
            if (c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || "-._~".indexOf(c) >= 0) {
                CLASSES[c] = UNRESERVED | PATH;
            } else if ("!$&'()*+,;=:@/".indexOf(c) >= 0) {
                CLASSES[c] = PATH;
            }
        }
    }

    private Percent() {
    }

    static boolean isUnreserved(final int value) {
        return (CLASSES[value & 0xff] & UNRESERVED) != 0;
    }

    /** Returns whether a path may hold the byte as it is: unreserved, sub-delimiter, {@code : @ /}. */
    static boolean isPath(final int value) {
        return (CLASSES[value & 0xff] & PATH) != 0;
    }

    /** {@return the byte that the escape at {@code at} stands for, or -1 if there is no whole escape before end} */
    static int decode(final byte[] bytes, final int at, final int end) {
        if (end - at < 3) {
            return -1;
        }
        final int value = HEX_VALUES[bytes[at + 1] & 0xff] << 4 | HEX_VALUES[bytes[at + 2] & 0xff];
        return value < 0 ? -1 : value;
    }

    /** {@return the byte that two hexadecimal digits stand for, the first in the lowest byte, or a negative number} */
    static int decode(final int digits) {
        return HEX_VALUES[digits & 0xff] << 4 | HEX_VALUES[digits >>> Byte.SIZE & 0xff];
    }

    /** {@return the value of a hexadecimal digit, or -1} */
    static int hexValue(final int digit) {
        return HEX_VALUES[digit & 0xff];
    }

    /** Writes the escape of a byte with digits in upper case. */
    static void encode(final int value, final ByteSink out) {
        out.put('%');
        out.put(HEX_DIGITS[value >>> 4 & 0xf]);
        out.put(HEX_DIGITS[value & 0xf]);
    }

    /** {@return whether every {@code %} of the range begins an escape} */
    static boolean isSound(final byte[] bytes, final int start, final int end) {
        for (int i = start; i < end; i++) {
            if (bytes[i] == '%') {
                if (decode(bytes, i, end) < 0) {
                    return false;
                }
                i += 2;
            }
        }
        return true;
    }
}
