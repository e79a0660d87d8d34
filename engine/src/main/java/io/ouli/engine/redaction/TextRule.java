package io.ouli.engine.redaction;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.Arrays;

/**
 * Replaces what an expression matches anywhere, in time that is linear in the text.
 *
 * @param label names the rule in reports: by number, since an expression may hold what it was written to hide.
 */
record TextRule(Pattern pattern, byte[] placeholder, String label) {
    /** Collects a replacement for each match in {@code text[from, to)}. */
    void find(final byte[] text, final int from, final int to, final Edits edits, final RedactionListener listener) {
        final byte[] range = from == 0 && to == text.length ? text : Arrays.copyOfRange(text, from, to);
        final Matcher matcher = pattern.matcher(range);
        while (matcher.find()) {
            if (matcher.end() > matcher.start()
                    && !Arrays.equals(range, matcher.start(), matcher.end(), placeholder, 0, placeholder.length)) {
                edits.add(from + matcher.start(), from + matcher.end(), placeholder);
                listener.applied(label);
            }
        }
    }
}
