package io.ouli.engine.fingerprint;

/**
 * Writes objects that have the same keys, in the same spelling, as one before; documents are lists of such.
 *
 * <p>What stands between two values of an object, {@code ,"id":} say, is compared with what is expected there, a few
 * words at once. So nobody looks for a key's end, and the order of the members is known. Values are copied from where
 * they stand to where they belong, once. An object that differs, or holds another container, is left to the caller,
 * and nothing of it is written.
 *
 * <p>The loops are methods of their own, with few variables: else the JIT keeps the place in the document in memory.
 */
final class AlikeObjects {
    /**
     * Shapes are kept, two at a place, by a hash of an object's first four bytes behind its brace, which are its first
     * key's: two, because many lists have a member that is not always there.
     */
    private static final int PLACE_BITS = 4;
    private static final int HASH = 0x9e3779b1;
    /** A value of up to so many bytes is copied as so many, as most are; and so is one of up to the next number. */
    private static final int FEWER_BYTES = 2 * Words.BYTES;
    private static final int FEW_BYTES = 4 * Words.BYTES;
    /** Zeros that must stand behind the document, for whole words to be read. */
    static final int PAD_BYTES = 2 * FEW_BYTES;
    /** An object is not of a shape; what is below says where reading stopped. */
    private static final int DIFFERENT = -1;
    private static final int PLACES_SHIFT = AlikeMember.SUFFIX_BITS;
    private static final int DIGITS_SHIFT = PLACES_SHIFT + AlikeMember.PLACES_BITS;
    private static final int SUFFIX_MASK = (1 << PLACES_SHIFT) - 1;
    private static final int PLACES_MASK = (1 << AlikeMember.PLACES_BITS) - 1;
    private static final int NUMBER = 1 << Integer.SIZE - 1;

    private final ObjectShape[] shapes = new ObjectShape[2 << PLACE_BITS];
    private final KeySorter sorter = new KeySorter();
    /** Values of the object that are neither copied nor numbers as most are. */
    private final ByteSink spelled = new ByteSink();
    /** At which member {@link #read(byte[], byte[], int, AlikeMember)} stopped. */
    private AlikeMember stopped;
    /** Where an object begins that is not like one before, so that nobody looks at it twice. */
    private int differing;

    AlikeObjects() {
        for (int i = 0; i < shapes.length; i++) {
            shapes[i] = new ObjectShape();
        }
    }

    /** Begins a document. */
    void clear() {
        spelled.clear();
        differing = -1;
    }

    /**
     * Writes an object if it is like one before.
     *
     * @param marks of the document and the zeros behind it, by {@link JsonStrings#mark}.
     * @param end   of the document, behind which {@link #PAD_BYTES} zeros stand.
     * @param list  whether those that follow it behind commas, and are like one before, are to be written too.
     * @param out   has room for the rest of the document, and for {@link #PAD_BYTES} behind it.
     * @return the index behind what was written, or -1.
     */
    int write(
            final byte[] in,
            final byte[] marks,
            final int start,
            final int end,
            final boolean list,
            final ByteSink out) {
        int written = -1;
        int next = start;
        while (next != differing) {
            final int place = placeOf(in, next);
            ObjectShape shape = shapes[place];
            int behind = read(shape, in, marks, next, end);
            if (behind < 0) {
                shape = shapes[place + 1];
                behind = read(shape, in, marks, next, end);
                if (behind < 0) {
                    differing = next;
                    break;
                }
                shapes[place + 1] = shapes[place];
                shapes[place] = shape;
            }
            if (written >= 0) {
                out.array[out.length++] = ',';
            }
            out.length = write(shape.least, in, spelled.array, out.array, out.length);
            written = behind;
            if (!list || in[behind] != ',') {
                break;
            }
            next = in[behind + 1] == ' ' ? behind + 2 : behind + 1;
            if (in[next] != '{') {
                break;
            }
        }
        return written;
    }

    /** Looks at a sound object without containers that was not written here, to know the next one like it. */
    void learn(final byte[] in, final int start) {
        final int place = placeOf(in, start);
        final ObjectShape shape = shapes[shapes[place].isToBeReplacedBefore(shapes[place + 1]) ? place : place + 1];
        if (shape.isToBeReplaced()) {
            shape.learn(in, start, sorter);
        }
    }

    private static int placeOf(final byte[] in, final int start) {
        return (int) Words.get(in, start + 1) * HASH >>> Integer.SIZE - PLACE_BITS << 1;
    }

    private int read(
            final ObjectShape shape, final byte[] in, final byte[] marks, final int start, final int end) {
        if (shape.first == null) {
            shape.noteUse(false);
            return -1;
        }
        spelled.length = 0;
        int at = read(in, marks, start, shape.first);
        while (at < DIFFERENT) {
            at = spell(in, ~at, end, stopped);
            if (at >= 0) {
                at = read(in, marks, at, stopped.next);
            }
        }
        shape.noteUse(at >= 0);
        return at;
    }

    /**
     * Reads members from one on.
     *
     * @return the index behind the object, the complement of that of the first value that takes more, or -1.
     */
    private int read(final byte[] in, final byte[] marks, final int start, final AlikeMember from) {
        int at = start;
        AlikeMember member = from;
        while (true) {
            long difference = Words.get(in, at) & member.mask0 ^ member.expected0
                    | Words.get(in, at + Words.BYTES) & member.mask1 ^ member.expected1;
            if (member.mask2 != 0) {
                difference |= Words.get(in, at + 2 * Words.BYTES) & member.mask2 ^ member.expected2;
            }
            if (difference != 0) {
                return DIFFERENT;
            }
            at += member.expectedBytes;
            final AlikeMember next = member.next;
            if (next == null) {
                return at;
            }
            final long word = Words.get(in, at);
            member.start = at;
            if ((byte) word == '"') {
                final int bytes = JsonStrings.countUnmarked(marks, at + 1) + 2;
                if (in[at + bytes - 1] != '"') {
                    break;
                }
                member.code = bytes;
                at += bytes;
            } else if ((byte) word >= 'a') {
                final int letters = SwiftJsonForm.letters(word);
                if (letters == 0) {
                    break;
                }
                member.code = letters;
                at += letters;
            } else {
                final int bytes = number(word, member);
                if (bytes == 0) {
                    break;
                }
                at += bytes;
            }
            member = next;
        }
        stopped = member;
        return ~at;
    }

    /**
     * Notes a number of up to seven bytes that is not negative, as most are.
     *
     * @return how many bytes it has; 0 if it is another one.
     */
    private static int number(final long word, final AlikeMember member) {
        final long value = word ^ Words.ONES * '0';
        final long others = JsonNumber.others(value);
        final int bits = Long.numberOfTrailingZeros(others);
        final int digits = bits >>> 3;
        final byte next = (byte) (word >>> bits - 7);
        if (digits == 0 || digits == Words.BYTES || (next | 0x20) == 'e') {
            return 0;
        }
        if (next != '.') {
            if (digits > 1 && (byte) value == 0) {
                return 0;
            }
            final int zeros = JsonNumber.trailingZeros(value, digits);
            member.code = zeros == 0 || digits == 1
                    ? digits
                    : NUMBER | digits - zeros << DIGITS_SHIFT | 'e' | '0' + zeros << 8;
            return digits;
        }
        final int endBits = Long.numberOfTrailingZeros(others & others - 1);
        final int end = endBits >>> 3;
        final int places = end - digits - 1 - JsonNumber.trailingZeros(value, end);
        if (places <= 0 || end == Words.BYTES || ((byte) (word >>> endBits - 7) | 0x20) == 'e') {
            return 0;
        }
        int kept = digits;
        if ((byte) value == 0) {
            if (digits > 1 || (byte) (value >>> 2 * Byte.SIZE) == 0) {
                return 0;
            }
            // As if it began at its point, with no digit before.
            kept = 0;
            member.start++;
        }
        member.code = NUMBER | kept << DIGITS_SHIFT | places << PLACES_SHIFT | 'e' | '-' << 8 | '0' + places << 16;
        return end;
    }

    /**
     * Spells the value at which reading stopped.
     *
     * @return behind it, or -1.
     */
    private int spell(final byte[] in, final int start, final int end, final AlikeMember member) {
        final int from = spelled.length;
        final int behind;
        if (in[start] == '"') {
            behind = JsonStrings.write(in, start, end, spelled);
        } else {
            behind = JsonNumber.write(in, start, end, spelled);
        }
        member.start = ~from;
        member.code = spelled.length - from;
        return behind;
    }

    /**
     * Writes the object that was read.
     *
     * @return behind it.
     */
    private static int write(
            final AlikeMember least, final byte[] in, final byte[] spelled, final byte[] to, final int begin) {
        int length = begin;
        AlikeMember member = least;
        do {
            Words.put(to, length, member.written0);
            Words.put(to, length + Words.BYTES, member.written1);
            if (member.writtenBytes > FEWER_BYTES) {
                Words.put(to, length + 2 * Words.BYTES, member.written2);
            }
            length += member.writtenBytes;
            final int from = member.start;
            final int code = member.code;
            if (code < 0) {
                final int digits = code >>> DIGITS_SHIFT & 0xf;
                Words.put(to, length, Words.get(in, from));
                Words.put(to, length + digits, Words.get(in, from + digits + 1));
                length += digits + (code >>> PLACES_SHIFT & PLACES_MASK);
                final int suffix = code & SUFFIX_MASK;
                Words.put(to, length, suffix);
                length += suffix >= 1 << 16 ? 3 : 2;
            } else {
                if (from >= 0 && code <= FEWER_BYTES) {
                    Words.put(to, length, Words.get(in, from));
                    Words.put(to, length + Words.BYTES, Words.get(in, from + Words.BYTES));
                } else if (from >= 0 && code <= FEW_BYTES) {
                    Words.copyFour(in, from, to, length);
                } else {
                    copy(from, code, in, spelled, to, length);
                }
                length += code;
            }
            member = member.following;
        } while (member != null);
        to[begin] = '{';
        to[length] = '}';
        return length + 1;
    }

    private static void copy(
            final int from, final int bytes, final byte[] in, final byte[] spelled, final byte[] to, final int at) {
        if (from >= 0) {
            System.arraycopy(in, from, to, at, bytes);
        } else {
            System.arraycopy(spelled, ~from, to, at, bytes);
        }
    }
}
