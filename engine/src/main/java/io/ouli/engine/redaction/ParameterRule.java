package io.ouli.engine.redaction;

import java.util.Arrays;
import java.util.List;

/**
 * Replaces the values of query and form parameters of one name, compared after decoding.
 *
 * @param label names the rule in reports.
 */
record ParameterRule(byte[] name, byte[] placeholder, String label) {
    /** Collects a replacement for the value of each parameter of {@code text[from, to)} that a rule names. */
    static void find(
            final List<ParameterRule> rules,
            final byte[] text,
            final int from,
            final int to,
            final Edits edits,
            final RedactionListener listener) {
        int start = from;
        while (start < to) {
            int end = start;
            int equals = -1;
            while (end < to && text[end] != '&') {
                equals = equals < 0 && text[end] == '=' ? end : equals;
                end++;
            }
            if (equals >= 0) {
                for (int i = 0; i < rules.size(); i++) {
                    final ParameterRule rule = rules.get(i);
                    if (rule.nameIs(text, start, equals)) {
                        rule.replace(text, equals + 1, end, edits, listener);
                        break;
                    }
                }
            }
            start = end + 1;
        }
    }

    private void replace(
            final byte[] text,
            final int from,
            final int to,
            final Edits edits,
            final RedactionListener listener) {
        if (!Arrays.equals(text, from, to, placeholder, 0, placeholder.length)) {
            edits.add(from, to, placeholder);
            listener.applied(label);
        }
    }

    private boolean nameIs(final byte[] text, final int from, final int to) {
        int matched = 0;
        int i = from;
        while (i < to) {
            final long unit = text[i] == '%' ? Escapes.unit(text, i, to) : 0;
            final int plain = text[i] == '+' ? ' ' : text[i] & 0xff;
            final int value = unit == 0 ? plain : Escapes.singleByte(unit);
            if (matched == name.length || (byte) value != name[matched]) {
                return false;
            }
            matched++;
            i += unit == 0 ? 1 : Escapes.length(unit);
        }
        return matched == name.length;
    }
}
