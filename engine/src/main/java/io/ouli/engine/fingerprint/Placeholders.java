package io.ouli.engine.fingerprint;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Volatile values of one part of a request: what an expression matches becomes the placeholder's name in braces.
 *
 * <p>The leftmost match wins, at one position the expression listed first. A text with a placeholder has a tag or mark
 * of its own and its literal braces are doubled, so that no client can send text that poses as a placeholder. Matching
 * allocates; a part without placeholders never comes here.
 */
final class Placeholders {
    static final Placeholders NONE = new Placeholders(List.of());

    private final Pattern[] patterns;
    private final byte[][] replacements;

    /** One expression and the name that stands for what it matches. */
    record Rule(String name, String expression, Pattern pattern) {
    }

    Placeholders(final List<Rule> rules) {
        patterns = new Pattern[rules.size()];
        replacements = new byte[rules.size()][];
        for (int i = 0; i < patterns.length; i++) {
            patterns[i] = rules.get(i).pattern();
            replacements[i] = ("{" + rules.get(i).name() + "}").getBytes(StandardCharsets.UTF_8);
        }
    }

    boolean isEmpty() {
        return patterns.length == 0;
    }

    /**
     * Writes a T field if anything matches.
     *
     * @return whether it did.
     */
    boolean writeField(final byte[] bytes, final int start, final int end, final ByteSink out) {
        final int begin = out.length;
        final int field = out.beginField('T');
        if (!replace(bytes, start, end, out)) {
            out.length = begin;
            return false;
        }
        out.endField(field);
        return true;
    }

    /**
     * Writes the text with placeholders for what matches.
     *
     * @return false, and nothing written, if nothing matches.
     */
    boolean replace(final byte[] bytes, final int start, final int end, final ByteSink out) {
        final byte[] text = Arrays.copyOfRange(bytes, start, end);
        final Matcher[] matchers = new Matcher[patterns.length];
        for (int i = 0; i < patterns.length; i++) {
            final Matcher matcher = patterns[i].matcher(text);
            matchers[i] = find(matcher, 0, text.length) ? matcher : null;
        }
        int from = 0;
        for (int next = leftmost(matchers); next >= 0; next = leftmost(matchers)) {
            putLiteral(text, from, matchers[next].start(), out);
            out.put(replacements[next]);
            from = matchers[next].end();
            for (int i = 0; i < patterns.length; i++) {
                final boolean spent = matchers[i] != null && matchers[i].start() < from;
                if (spent && !find(matchers[i], from, text.length)) {
                    matchers[i] = null;
                }
            }
        }
        if (from > 0) {
            putLiteral(text, from, text.length, out);
        }
        return from > 0;
    }

    /** {@return which of the matches begins first, among equals the one listed first, or -1} */
    private static int leftmost(final Matcher[] matchers) {
        int best = -1;
        for (int i = 0; i < matchers.length; i++) {
            if (matchers[i] != null && (best < 0 || matchers[i].start() < matchers[best].start())) {
                best = i;
            }
        }
        return best;
    }

    /** Finds the next match that is not empty. */
    private static boolean find(final Matcher matcher, final int from, final int length) {
        int at = from;
        while (at <= length && matcher.find(at)) {
            if (matcher.end() > matcher.start()) {
                return true;
            }
            at = matcher.end() + 1;
        }
        return false;
    }

    private static void putLiteral(final byte[] text, final int start, final int end, final ByteSink out) {
        for (int i = start; i < end; i++) {
            if (text[i] == '{') {
                out.put('{');
            }
            out.put(text[i]);
        }
    }
}
