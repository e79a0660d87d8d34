package io.ouli.engine.fingerprint;

/** UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF. */
final class Utf8 {
    private Utf8() {
    }

    /** {@return the index behind the sequence of two to four bytes that begins at {@code start}, or -1} */
    static int skip(final byte[] in, final int start, final int end) {
        final int first = in[start] & 0xff;
        if (first < 0xc2 || first > 0xf4) {
            return -1;
        }
        final int length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
        if (end - start < length) {
            return -1;
        }
        final int second = in[start + 1] & 0xff;
        final int lowest = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
        final int highest = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
        if (second < lowest || second > highest) {
            return -1;
        }
        for (int i = start + 2; i < start + length; i++) {
            if ((in[i] & 0xc0) != 0x80) {
                return -1;
            }
        }
        return start + length;
    }

    /** Writes a code point that is no surrogate. */
    static void put(final int codePoint, final ByteSink out) {
        if (codePoint < 0x80) {
            out.put(codePoint);
            return;
        }
        if (codePoint < 0x800) {
            out.put(0xc0 | codePoint >>> 6);
        } else {
            if (codePoint < 0x10000) {
                out.put(0xe0 | codePoint >>> 12);
            } else {
                out.put(0xf0 | codePoint >>> 18);
                out.put(0x80 | codePoint >>> 12 & 0x3f);
            }
            out.put(0x80 | codePoint >>> 6 & 0x3f);
        }
        out.put(0x80 | codePoint & 0x3f);
    }
}
