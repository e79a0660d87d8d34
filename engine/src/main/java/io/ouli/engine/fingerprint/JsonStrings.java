package io.ouli.engine.fingerprint;

/**
 * Strings of JSON in one spelling: UTF-8 literals, escapes only for what must be escaped.
 *
 * <p>{@code "} and {@code \} are escaped by a backslash, control characters as {@code \b \t \n \f \r} or
 * <code>&#92;u001f</code>, lone surrogates as <code>&#92;ud83d</code>; everything else stands as itself.
 */
final class JsonStrings {
    private static final int STEP_BYTES = 2 * Words.BYTES;
    private static final String SHORT_ESCAPES = "btn\0fr";
    private static final byte[] HEX = MediaType.ascii("0123456789abcdef");

    private JsonStrings() {
    }

    /**
     * Writes a string with its quotes.
     *
     * @param start the index of the opening quote.
     * @return the index behind the closing quote, or -1 if the string is not sound.
     */
    static int write(final byte[] in, final int start, final int end, final ByteSink out) {
        final int plain = writePlain(in, start, end, out);
        return isClosed(in, plain, end) ? plain + 1 : writeRest(in, plain, end, out);
    }

    /**
     * Writes a string up to a byte that does not stand for itself; a whole one, with its quotes, if that byte is the
     * closing quote.
     *
     * @return the index of that byte, or {@code end}: what {@link #isClosed} and {@link #writeRest} want.
     */
    static int writePlain(final byte[] in, final int start, final int end, final ByteSink out) {
        // No spelling is longer than what it stands for: this is room for all of it, and for the last word's excess.
        out.ensure(end - start + STEP_BYTES);
        final int length = out.length;
        out.array[length] = '"';
        final int plain = copyPlain(in, start + 1, end, out.array, length + 1);
        final int count = plain - start;
        if (isClosed(in, plain, end)) {
            out.array[length + count] = '"';
            out.length = length + count + 1;
        } else {
            out.length = length + count;
        }
        return plain;
    }

    static boolean isClosed(final byte[] in, final int plain, final int end) {
        return plain < end && in[plain] == '"';
    }

    /**
     * Writes a string from a byte on that does not stand for itself.
     *
     * @return the index behind it, or -1.
     */
    static int writeRest(final byte[] in, final int start, final int end, final ByteSink out) {
        int at = start;
        while (at < end) {
            final byte b = in[at];
            if (b == '"') {
                out.put('"');
                return at + 1;
            }
            if (b < 0) {
                at = copyCharacters(in, at, end, out);
            } else if (b == '\\') {
                at = escape(in, at, end, out);
            } else {
                return -1;
            }
            if (at < 0) {
                return -1;
            }
            final int plain = copyPlain(in, at, end, out.array, out.length);
            out.length += plain - at;
            at = plain;
        }
        return -1;
    }

    /**
     * Copies ASCII that stands for itself, two words at a step, which is a whole string as most are.
     *
     * @return the index of the first byte that does not stand for itself, or {@code end}.
     */
    private static int copyPlain(final byte[] in, final int start, final int end, final byte[] to, final int length) {
        int at = start;
        int toAt = length;
        for (; end - at >= STEP_BYTES; at += STEP_BYTES, toAt += STEP_BYTES) {
            final long first = Words.get(in, at);
            final long second = Words.get(in, at + Words.BYTES);
            Words.put(to, toAt, first);
            Words.put(to, toAt + Words.BYTES, second);
            final long found = special(first);
            final long foundSecond = special(second);
            if ((found | foundSecond) != 0) {
                final int bits = found != 0
                        ? Long.numberOfTrailingZeros(found)
                        : Long.SIZE + Long.numberOfTrailingZeros(foundSecond);
                return at + (bits >>> 3);
            }
        }
        while (at < end && in[at] >= 0x20 && in[at] != '"' && in[at] != '\\') {
            to[toAt++] = in[at++];
        }
        return at;
    }

    /**
     * {@return how many bytes from a place on stand for themselves in a string} There must be one that does not, such
     * as a zero behind the document, and two words to be read from it on.
     */
    static int countPlain(final byte[] in, final int start) {
        int count = 0;
        while (true) {
            final long found = special(Words.get(in, start + count));
            final long foundNext = special(Words.get(in, start + count + Words.BYTES));
            if ((found | foundNext) != 0) {
                // Without a branch that nobody could foretell: 64 zeros mean that nothing was found in the word.
                final int bits = Long.numberOfTrailingZeros(found);
                return count + (bits + (Long.numberOfTrailingZeros(foundNext) & -(bits >>> 6)) >>> 3);
            }
            count += STEP_BYTES;
        }
    }

    /**
     * Marks with 0x80 each byte that {@link #special} tells, and all others with 0; by bytes, so that no borrow marks
     * more. The JIT makes vectors of such a loop, so that it takes less time than what strings then need no longer.
     */
    static void mark(final byte[] in, final int count, final byte[] marks) {
        for (int i = 0; i < count; i++) {
            final byte b = in[i];
            marks[i] = (byte) (((b ^ '"' ^ 0x20) - 0x21 | (b ^ '\\') - 1 | b) & 0x80);
        }
    }

    /** {@return as {@link #countPlain} how many bytes stand for themselves, from their {@linkplain #mark marks}} */
    static int countUnmarked(final byte[] marks, final int start) {
        int count = 0;
        while (true) {
            final long found = Words.get(marks, start + count);
            final long foundNext = Words.get(marks, start + count + Words.BYTES);
            if ((found | foundNext) != 0) {
                final int bits = Long.numberOfTrailingZeros(found);
                return count + (bits + (Long.numberOfTrailingZeros(foundNext) & -(bits >>> 6)) >>> 3);
            }
            count += STEP_BYTES;
        }
    }

    /**
     * {@return a word whose lowest byte with its high bit set is where the given word has a quote, a backslash, a
     * control character or a byte above ASCII; 0 if it has none} Above that byte a borrow may set more for nothing.
     *
     * <pre>
     * word      a  b  c  "  ,  "  d  "
     * special   .  .  .  H  .  H  .  H      three bytes are plain
     * </pre>
     */
    static long special(final long word) {
        // This flip moves the quote to 0x20, and so next to the control characters, which stay below it.
        final long quotes = word ^ Words.ONES * ('"' ^ 0x20);
        final long backslash = word ^ Words.ONES * '\\';
        return (quotes - Words.ONES * 0x21 | backslash - Words.ONES | word) & Words.HIGHS;
    }

    /**
     * Copies characters above ASCII up to the next one of it.
     *
     * @return the index behind them, or -1.
     */
    private static int copyCharacters(final byte[] in, final int start, final int end, final ByteSink out) {
        final byte[] to = out.array;
        int length = out.length;
        int at = start;
        while (at < end && in[at] < 0) {
            final int next = Utf8.skip(in, at, end);
            if (next < 0) {
                return -1;
            }
            while (at < next) {
                to[length++] = in[at++];
            }
        }
        out.length = length;
        return at;
    }

    private static int escape(final byte[] in, final int start, final int end, final ByteSink out) {
        if (start + 1 == end) {
            return -1;
        }
        switch (in[start + 1]) {
            case '/' -> out.put('/');
            case '"', '\\', 'b', 'f', 'n', 'r', 't' -> out.put(in, start, 2);
            case 'u' -> {
                return unicode(in, start, end, out);
            }
            default -> {
                return -1;
            }
        }
        return start + 2;
    }

    private static int unicode(final byte[] in, final int start, final int end, final ByteSink out) {
        final int unit = hex4(in, start + 2, end);
        if (unit < 0) {
            return -1;
        }
        if (Character.isHighSurrogate((char) unit)
                && start + 7 < end && in[start + 6] == '\\' && in[start + 7] == 'u') {
            final int low = hex4(in, start + 8, end);
            if (low >= 0 && Character.isLowSurrogate((char) low)) {
                Utf8.put(Character.toCodePoint((char) unit, (char) low), out);
                return start + 12;
            }
        }
        putUnit(unit, out);
        return start + 6;
    }

    private static void putUnit(final int unit, final ByteSink out) {
        if (unit == '"' || unit == '\\') {
            out.put('\\');
            out.put(unit);
        } else if (unit >= '\b' && unit <= '\r' && unit != 0x0b) {
            out.put('\\');
            out.put(SHORT_ESCAPES.charAt(unit - '\b'));
        } else if (unit < 0x20 || Character.isSurrogate((char) unit)) {
            out.put('\\');
            out.put('u');
            for (int shift = 12; shift >= 0; shift -= 4) {
                out.put(HEX[unit >>> shift & 0xf]);
            }
        } else {
            Utf8.put(unit, out);
        }
    }

    private static int hex4(final byte[] in, final int start, final int end) {
        if (end - start < 4) {
            return -1;
        }
        int value = 0;
        for (int i = start; i < start + 4; i++) {
            final int digit = Percent.hexValue(in[i]);
            if (digit < 0) {
                return -1;
            }
            value = value << 4 | digit;
        }
        return value;
    }
}
