package io.ouli.engine.redaction;

import io.ouli.engine.core.JsonPointers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Names JSON values: by a pointer, in which {@code *} stands for any one member or element, or by a key, which counts
 * at any depth and must be equal: {@code max_tokens} is no {@code token}.
 *
 * @param segments the pointer's decoded segments, null for {@code *}; for a key, the key alone.
 * @param anywhere whether it is a key.
 * @param label    names the rule in reports.
 */
record JsonRule(byte[][] segments, boolean anywhere, byte[] placeholder, String label) {
    static JsonRule key(final String key, final byte[] placeholder) {
        return new JsonRule(
                new byte[][] {key.getBytes(StandardCharsets.UTF_8)}, true, placeholder, "JSON key " + key);
    }

    /**
     * Parses an RFC 6901 pointer.
     *
     * @throws RedactionException if it is none.
     */
    static JsonRule pointer(final String pointer, final byte[] placeholder) {
        if (!pointer.isEmpty() && pointer.charAt(0) != '/') {
            throw new RedactionException("JSON pointer does not begin with '/': write it as in /user/*/token");
        }
        if (!JsonPointers.areEscapesSound(pointer)) {
            throw new RedactionException("JSON pointer has a ~ that is neither ~0 (a tilde) nor ~1 (a slash): it would"
                    + " name nothing");
        }
        final String[] parts = pointer.isEmpty() ? new String[0] : pointer.substring(1).split("/", -1);
        final byte[][] segments = new byte[parts.length][];
        for (int i = 0; i < parts.length; i++) {
            segments[i] = "*".equals(parts[i])
                    ? null
                    : parts[i].replace("~1", "/").replace("~0", "~").getBytes(StandardCharsets.UTF_8);
        }
        return new JsonRule(segments, false, placeholder, "JSON pointer " + pointer);
    }

    /** {@return whether one segment names a member or element} */
    boolean segmentIs(final int index, final byte[] name, final int from, final int to) {
        final byte[] segment = segments[index];
        return segment == null || Arrays.equals(segment, 0, segment.length, name, from, to);
    }
}
