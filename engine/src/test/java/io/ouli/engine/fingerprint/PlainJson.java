package io.ouli.engine.fingerprint;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A JSON reader as plain as can be: the test's own second opinion, which shares nothing with the canonicaliser.
 *
 * <p>Duplicate keys stay; a number is digits and a power of ten.
 */
final class PlainJson {
    /** An array. */
    record Array(List<Object> elements) {
    }

    /** An object. */
    record Members(List<Map.Entry<String, Object>> entries) {
        /** Returns the first member of this name, or null. */
        Object get(final String name) {
            return entries.stream().filter(e -> e.getKey().equals(name)).map(Map.Entry::getValue).findFirst()
                    .orElse(null);
        }
    }

    /** {@code digits * 10^exponent}. */
    record Number(BigInteger digits, BigInteger exponent, String text) {
    }

    /** What {@code null} is read as. */
    static final Object NULL = new Object();

    private final String text;
    private int at;

    private PlainJson(final String text) {
        this.text = text;
    }

    /** Reads a document; throws {@link IllegalArgumentException} if it is not sound. */
    static Object read(final String text) {
        final PlainJson reader = new PlainJson(text);
        final Object value = reader.value(0);
        reader.space();
        require(reader.at == text.length());
        return value;
    }

    private static void require(final boolean sound) {
        if (!sound) {
            throw new IllegalArgumentException("unsound JSON");
        }
    }

    private char peek() {
        return at < text.length() ? text.charAt(at) : 0;
    }

    private void space() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private Object value(final int depth) {
        space();
        final char first = peek();
        if (first == '{' || first == '[') {
            require(depth < 512);
            at++;
            return container(first == '{', depth);
        }
        if (first == '"') {
            return string();
        }
        for (final String word : List.of("true", "false", "null")) {
            if (text.startsWith(word, at)) {
                at += word.length();
                return word.equals("null") ? NULL : (Object) Boolean.valueOf(word);
            }
        }
        return number();
    }

    private Object container(final boolean object, final int depth) {
        final List<Map.Entry<String, Object>> entries = new ArrayList<>();
        final List<Object> elements = new ArrayList<>();
        final char close = object ? '}' : ']';
        space();
        char next = peek();
        if (next == close) {
            at++;
        }
        while (next != close) {
            if (object) {
                entries.add(Map.entry(key(), value(depth + 1)));
            } else {
                elements.add(value(depth + 1));
            }
            space();
            next = peek();
            at++;
            require(next == close || next == ',');
        }
        return object ? new Members(entries) : new Array(elements);
    }

    private String key() {
        space();
        require(peek() == '"');
        final String key = string();
        space();
        require(peek() == ':');
        at++;
        return key;
    }

    private String string() {
        at++;
        final StringBuilder value = new StringBuilder();
        while (true) {
            require(at < text.length());
            final char c = text.charAt(at++);
            require(c >= ' ');
            if (c == '"') {
                return value.toString();
            }
            value.append(c == '\\' ? escape() : c);
        }
    }

    private char escape() {
        final char c = peek();
        at++;
        if (c == 'u') {
            require(at + 4 <= text.length() && text.substring(at, at + 4).matches("[0-9A-Fa-f]{4}"));
            at += 4;
            return (char) Integer.parseInt(text.substring(at - 4, at), 16);
        }
        final int which = "\"\\/bfnrt".indexOf(c);
        require(which >= 0 && c != 0);
        return "\"\\/\b\f\n\r\t".charAt(which);
    }

    private Number number() {
        final Matcher matcher = Pattern
                .compile("(-?)(0|[1-9][0-9]*+)(?:\\.([0-9]++))?(?:[eE]([+-]?[0-9]++))?")
                .matcher(text)
                .region(at, text.length());
        require(matcher.lookingAt());
        at = matcher.end();
        final String fraction = matcher.group(3) == null ? "" : matcher.group(3);
        final BigInteger exponent = matcher.group(4) == null ? BigInteger.ZERO : new BigInteger(matcher.group(4));
        return new Number(
                new BigInteger(matcher.group(1) + matcher.group(2) + fraction),
                exponent.subtract(BigInteger.valueOf(fraction.length())),
                matcher.group());
    }
}
