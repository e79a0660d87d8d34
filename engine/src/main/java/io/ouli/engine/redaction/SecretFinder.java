package io.ouli.engine.redaction;

import io.ouli.redact.LiteralSearcher;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Finds secrets in one text, in every form, and takes them out. For one thread; without a hit it allocates nothing
 * once its buffers have grown.
 *
 * <p>The text is searched as it is. Where it holds an escape that could hide a secret, the escapes are undone into a
 * buffer; where it holds a run of base64 that could, the run is decoded at its four alignments; and the result is
 * searched in the same way, up to {@link #MAX_DEPTH} levels deep. What is found there is changed in the text itself:
 * through escapes the place is replaced by the placeholder; in base64 the secret's bytes, and only they, are
 * overwritten by as many bytes of placeholder, so that everything around them stays where it was.
 */
final class SecretFinder {
    /** Levels of escapes and base64 that are undone: base64 in a URL in JSON in a URL. */
    static final int MAX_DEPTH = 4;
    /** Passes with the placeholder, which may make up a secret with what it comes to stand beside. */
    private static final int PLACEHOLDER_PASSES = 4;
    /** All passes; those beyond the first ones put something neutral in place, which is part of no secret. */
    private static final int MAX_PASSES = 8;
    /** Buffers beyond this many bytes are let go after use. */
    private static final int MAX_KEPT_BYTES = 1 << 18;

    /**
     * A long text is decoded in windows, so that 256 MB do not take as much again for each level. They overlap by more
     * than a secret takes in any form; what is found twice is replaced once, and base64 can be cut anywhere, since it
     * is read at all alignments.
     */
    private static final int WINDOW_BYTES = 1 << 20;
    private static final int OVERLAP_BYTES = 1 << 16;

    private final SecretSet secrets;
    private final byte[] placeholder;
    /** What stands for a secret in this pass. */
    private byte[] standIn;
    private final Level[] levels = new Level[MAX_DEPTH + 1];
    private final BitSet found = new BitSet();
    private final RedactionListener listener;
    private int firstSecret = -1;
    /** Before which index the text that was given holds no escape. */
    private int plainUntil;

    SecretFinder(final SecretSet secrets, final byte[] placeholder, final RedactionListener listener) {
        this.secrets = secrets;
        this.placeholder = placeholder;
        standIn = placeholder;
        this.listener = listener;
        for (int i = 0; i < levels.length; i++) {
            levels[i] = new Level();
        }
    }

    private static final class Level {
        private final Edits edits = new Edits();
        private Base64Text base64 = new Base64Text();
        private byte[] buffer = {};
        /** Up to where decoded text may stand in the buffer. */
        private int used;
        private boolean sawBase64;

        private byte[] buffer(final int length) {
            used = Math.max(used, length);
            if (buffer.length < length) {
                buffer = new byte[Math.max(length, Math.min(buffer.length << 1, MAX_KEPT_BYTES))];
            }
            return buffer;
        }
    }

    /**
     * Takes the secrets out of {@code text[from, to)}.
     *
     * @param marks   positions to move along, see {@link Edits#apply}.
     * @param mayGrow whether a placeholder may be longer than the secret it stands for.
     * @return the new text, or null if there is none and the text stands.
     */
    byte[] redact(final byte[] text, final int from, final int to, final int[] marks, final boolean mayGrow) {
        return redact(text, from, to, from, marks, mayGrow);
    }

    /**
     * Takes the secrets out of a text that was already looked through for escapes.
     *
     * @param firstEscape the index before which there is none.
     */
    byte[] redact(
            final byte[] text,
            final int from,
            final int to,
            final int firstEscape,
            final int[] marks,
            final boolean mayGrow) {
        byte[] current = text;
        int start = from;
        int end = to;
        found.clear();
        for (int pass = 0; pass < MAX_PASSES; pass++) {
            standIn = pass < PLACEHOLDER_PASSES ? placeholder : secrets.neutral();
            if (find(current, start, end, current == text ? firstEscape : start) < 0) {
                break;
            }
            current = levels[0].edits.apply(current, start, end, marks, mayGrow);
            start = 0;
            end = current.length;
        }
        standIn = placeholder;
        levels[0].edits.clear();
        if (current == text) {
            return null;
        }
        wipe();
        for (int secret = found.nextSetBit(0); secret >= 0; secret = found.nextSetBit(secret + 1)) {
            listener.applied(secrets.rule(secret));
        }
        return current;
    }

    /** {@return whether escapes hide secrets from this, so that it looks for them} */
    boolean looksForEscapes() {
        return secrets.hasEncodedForms();
    }

    /** {@return the index of the first secret that {@code text[from, to)} holds in any form, or -1} */
    int find(final byte[] text, final int from, final int to) {
        return find(text, from, to, from);
    }

    private int find(final byte[] text, final int from, final int to, final int firstEscape) {
        firstSecret = -1;
        plainUntil = firstEscape;
        if (secrets.size() == 0) {
            return -1;
        }
        search(text, from, to, 0);
        trim();
        return levels[0].edits.isEmpty() ? -1 : firstSecret;
    }

    private void trim() {
        for (final Level level : levels) {
            if (level.buffer.length > MAX_KEPT_BYTES) {
                level.buffer = new byte[0];
                level.base64 = new Base64Text();
            }
        }
    }

    /** Fills the level's edits. */
    private void search(final byte[] text, final int from, final int to, final int depth) {
        final Level level = levels[depth];
        level.edits.clear();
        level.sawBase64 = false;
        searchPlain(level, text, from, to, depth == 0 ? secrets.direct() : secrets.deep());
        if (depth < MAX_DEPTH && secrets.hasEncodedForms()) {
            int start = from;
            while (to - start > WINDOW_BYTES + OVERLAP_BYTES) {
                searchDecoded(text, start, start + WINDOW_BYTES + OVERLAP_BYTES, depth);
                start += WINDOW_BYTES;
            }
            searchDecoded(text, start, to, depth);
        }
    }

    private void searchDecoded(final byte[] text, final int from, final int to, final int depth) {
        if (hidesInEscapes(text, depth == 0 ? Math.max(from, plainUntil) : from, to)) {
            searchUnescaped(text, from, to, depth);
        }
        searchBase64(text, from, to, depth);
    }

    private void searchPlain(
            final Level level,
            final byte[] text,
            final int from,
            final int to,
            final SecretSet.Forms forms) {
        int position = from;
        while (true) {
            final long match = forms.searcher.find(text, position, to);
            if (match == LiteralSearcher.NONE) {
                return;
            }
            final int literal = LiteralSearcher.literal(match);
            final int start = LiteralSearcher.position(match);
            if (forms.isBase64(literal)) {
                // Its ends share characters with their neighbours: decoding tells, and changes the right bits.
                level.sawBase64 = true;
                position = start + 1;
            } else {
                note(forms.secretOf(literal));
                final int end = start + forms.length(literal);
                level.edits.add(start, end, standIn);
                // Of two secrets that overlap, the second would leave its tail behind.
                position = forms.leavesTails() ? end : start + 1;
            }
        }
    }

    private void note(final int secret) {
        firstSecret = firstSecret < 0 ? secret : firstSecret;
        found.set(secret);
    }

    private boolean hidesInEscapes(final byte[] text, final int from, final int to) {
        int i = Escapes.next(text, from, to);
        while (i < to) {
            final long unit = Escapes.unit(text, i, to);
            if (unit != 0 && secrets.escapable(text[i], unit)) {
                return true;
            }
            i = Escapes.next(text, i + (unit == 0 ? 1 : Escapes.length(unit)), to);
        }
        return false;
    }

    private void searchUnescaped(final byte[] text, final int from, final int to, final int depth) {
        final Level below = levels[depth + 1];
        final byte[] decoded = below.buffer(to - from);
        final int length = Escapes.decode(text, from, to, decoded);
        search(decoded, 0, length, depth + 1);
        below.edits.settle();
        raise(text, from, to, below, levels[depth].edits);
    }

    /** Carries replacements over from unescaped text to the text it came from, by undoing the escapes once more. */
    private void raise(final byte[] text, final int from, final int to, final Level below, final Edits into) {
        final Edits edits = below.edits;
        int decoded = 0;
        int i = from;
        for (int found = 0; found < edits.count(); found++) {
            while (decoded + decodedLength(text, i, to) <= edits.start(found)) {
                decoded += decodedLength(text, i, to);
                i += codedLength(text, i, to);
            }
            final int start = i;
            while (decoded < edits.end(found)) {
                decoded += decodedLength(text, i, to);
                i += codedLength(text, i, to);
            }
            if (i > start) {
                into.add(start, i, escapedAlike(text, start, i, edits.replacement(found)));
            }
        }
    }

    private static int codedLength(final byte[] text, final int at, final int to) {
        final long unit = Escapes.introduces(text[at]) ? Escapes.unit(text, at, to) : 0;
        return unit == 0 ? 1 : Escapes.length(unit);
    }

    private static int decodedLength(final byte[] text, final int at, final int to) {
        final long unit = Escapes.introduces(text[at]) ? Escapes.unit(text, at, to) : 0;
        return unit == 0 ? 1 : Escapes.decodedLength(unit);
    }

    /** What base64 becomes is escaped as it was, so that base64 around it keeps its length; a placeholder is not. */
    private byte[] escapedAlike(final byte[] text, final int from, final int to, final byte[] replacement) {
        if (replacement == standIn) {
            return replacement;
        }
        final byte[] result = new byte[to - from];
        int length = 0;
        int i = from;
        for (final byte character : replacement) {
            final int coded = i < to ? codedLength(text, i, to) : 1;
            length = i < to ? Escapes.rewrite(text, i, coded, character, result, length) : length;
            i += coded;
        }
        return i == to ? Arrays.copyOf(result, length) : replacement;
    }

    private void searchBase64(final byte[] text, final int from, final int to, final int depth) {
        final Level level = levels[depth];
        final int minRun = level.sawBase64 ? SecretSet.MIN_ENCODED_LENGTH : secrets.minBase64Run();
        int start = Base64Text.findRun(text, from, to, minRun);
        while (start >= 0) {
            level.base64.read(text, start, to);
            for (int phase = 0; phase < 4; phase++) {
                searchRun(depth, phase);
            }
            start = Base64Text.findRun(text, level.base64.end(), to, minRun);
        }
    }

    private void searchRun(final int depth, final int phase) {
        final Level level = levels[depth];
        final Level below = levels[depth + 1];
        final byte[] decoded = below.buffer(level.base64.count());
        final int length = level.base64.decode(phase, decoded);
        search(decoded, 0, length, depth + 1);
        if (!below.edits.isEmpty()) {
            below.edits.settle();
            for (int i = 0; i < below.edits.count(); i++) {
                overwrite(decoded, below.edits.start(i), below.edits.end(i), below.edits.replacement(i));
            }
            level.base64.encode(phase, decoded, length, level.edits);
        }
    }

    private void overwrite(final byte[] bytes, final int start, final int end, final byte[] replacement) {
        final byte[] filler = replacement.length == end - start ? replacement : standIn;
        for (int i = start; i < end; i++) {
            bytes[i] = filler[(i - start) % filler.length];
        }
    }

    /** Forgets what of a text that held a secret is left in buffers. */
    private void wipe() {
        for (final Level level : levels) {
            Arrays.fill(level.buffer, 0, Math.min(level.used, level.buffer.length), (byte) 0);
            level.used = 0;
        }
    }
}
