package io.ouli.engine.redaction;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.nio.charset.StandardCharsets;

/**
 * Replaces what an expression matches in the values of one response header, as google/test-server's
 * {@code response_header_replacements} do.
 *
 * <p>The template follows Go's rules: {@code $1}, {@code ${1}}, {@code $name}, {@code $$}; a name is as long as
 * letters, digits and underscores go; a group that does not exist is empty.
 */
record HeaderReplacement(byte[] lowerCaseName, Pattern pattern, String template) {
    /** Returns the new value, or null if nothing matches. */
    byte[] apply(final byte[] bytes, final int from, final int to) {
        final String value = new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
        final Matcher matcher = pattern.matcher(value);
        StringBuilder result = null;
        int copied = 0;
        while (matcher.find()) {
            final boolean emptyAfterMatch = matcher.end() == matcher.start() && matcher.start() == copied && copied > 0;
            if (!emptyAfterMatch) {
                result = result == null ? new StringBuilder() : result;
                result.append(value, copied, matcher.start());
                expand(matcher, result);
                copied = matcher.end();
            }
        }
        if (result == null) {
            return null;
        }
        result.append(value, copied, value.length());
        return result.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private void expand(final Matcher matcher, final StringBuilder out) {
        int i = 0;
        while (i < template.length()) {
            final char c = template.charAt(i);
            if (c != '$' || i + 1 == template.length()) {
                out.append(c);
                i++;
            } else if (template.charAt(i + 1) == '$') {
                out.append('$');
                i += 2;
            } else {
                final boolean braced = template.charAt(i + 1) == '{';
                final int nameStart = braced ? i + 2 : i + 1;
                final int nameEnd = nameEnd(nameStart);
                final boolean whole = nameEnd > nameStart
                        && (!braced || nameEnd < template.length() && template.charAt(nameEnd) == '}');
                if (whole) {
                    out.append(group(matcher, template.substring(nameStart, nameEnd)));
                    i = braced ? nameEnd + 1 : nameEnd;
                } else {
                    out.append('$');
                    i++;
                }
            }
        }
    }

    private int nameEnd(final int from) {
        int i = from;
        while (i < template.length() && (Character.isLetterOrDigit(template.charAt(i)) || template.charAt(i) == '_')) {
            i++;
        }
        return i;
    }

    private static String group(final Matcher matcher, final String name) {
        final String text;
        if (name.chars().allMatch(c -> c >= '0' && c <= '9')) {
            final int index = name.length() > 6 ? Integer.MAX_VALUE : Integer.parseInt(name);
            text = index <= matcher.groupCount() ? matcher.group(index) : "";
        } else {
            text = matcher.pattern().namedGroups().containsKey(name) ? matcher.group(name) : "";
        }
        return text == null ? "" : text;
    }
}
