package io.ouli.engine.fingerprint;

import io.ouli.engine.Limits;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * A set of JSON pointers (RFC 6901; {@code *} is any key or index), followed while a document is read.
 *
 * <p>The state of one level is a mask: which pointers agree with the path so far. {@link #descend} gives the next
 * level's mask, or {@link #MATCH} when one pointer ends there.
 */
final class Pointers {
    static final long MATCH = -1L;
    static final Pointers NONE = new Pointers(List.of());

    /** For each pointer its segments as the canonical text of a key; null is any. */
    private final byte[][][] segments;

    Pointers(final List<String> pointers) {
        assert pointers.size() <= Limits.MAX_IGNORED_POINTERS && Limits.MAX_IGNORED_POINTERS < Long.SIZE;
        segments = new byte[pointers.size()][][];
        for (int i = 0; i < segments.length; i++) {
            segments[i] = parse(pointers.get(i));
        }
    }

    private static byte[][] parse(final String pointer) {
        final String[] parts = pointer.substring(1).split("/", -1);
        final byte[][] keys = new byte[parts.length][];
        for (int i = 0; i < parts.length; i++) {
            keys[i] = "*".equals(parts[i]) ? null : canonicalKey(parts[i].replace("~1", "/").replace("~0", "~"));
        }
        return keys;
    }

    /** Spells a key as {@link JsonForm} does, by sending it through. */
    private static byte[] canonicalKey(final String key) {
        final StringBuilder json = new StringBuilder("\"");
        for (int i = 0; i < key.length(); i++) {
            json.append(String.format("\\u%04x", (int) key.charAt(i)));
        }
        final byte[] bytes = json.append('"').toString().getBytes(StandardCharsets.US_ASCII);
        final JsonForm form = new JsonForm();
        final boolean sound = form.canonicalise(bytes, 0, bytes.length, NONE, Placeholders.NONE);
        assert sound;
        final ByteSink result = form.result();
        return Arrays.copyOfRange(result.array, 1, result.length - 1);
    }

    /** {@return the mask of a document's root} */
    long root() {
        return (1L << segments.length) - 1;
    }

    /** {@return the mask below the key {@code bytes[start..end)} of a container at {@code depth}, 0 being the root} */
    long descend(final long mask, final int depth, final byte[] bytes, final int start, final int end) {
        long below = 0;
        for (long rest = mask; rest != 0; rest &= rest - 1) {
            final int i = Long.numberOfTrailingZeros(rest);
            final byte[] key = segments[i][depth];
            if (key == null || Arrays.equals(key, 0, key.length, bytes, start, end)) {
                if (segments[i].length == depth + 1) {
                    return MATCH;
                }
                below |= 1L << i;
            }
        }
        return below;
    }

    /** {@return the mask below an index of an array at {@code depth}} */
    long descend(final long mask, final int depth, final int index) {
        long below = 0;
        for (long rest = mask; rest != 0; rest &= rest - 1) {
            final int i = Long.numberOfTrailingZeros(rest);
            final byte[] key = segments[i][depth];
            if (key == null || isIndex(key, index)) {
                if (segments[i].length == depth + 1) {
                    return MATCH;
                }
                below |= 1L << i;
            }
        }
        return below;
    }

    private static boolean isIndex(final byte[] key, final int index) {
        long value = 0;
        for (final byte digit : key) {
            if (digit < '0' || digit > '9' || value > Integer.MAX_VALUE) {
                return false;
            }
            value = value * 10 + digit - '0';
        }
        return value == index && key.length > 0 && (key.length == 1 || key[0] != '0');
    }
}
