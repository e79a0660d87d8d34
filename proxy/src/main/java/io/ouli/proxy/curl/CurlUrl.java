package io.ouli.proxy.curl;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A URL as curl takes it: {@code http} where it states no scheme, without its fragment.
 *
 * @param authority  host and port, for the Host field.
 * @param user       {@code name:password}, or null.
 * @param path       begins with a slash.
 * @param ownQuery   with its question mark; empty without one.
 */
record CurlUrl(String authority, String user, String path, String ownQuery) {
    static CurlUrl of(final String typed) {
        if (typed.isEmpty() || typed.chars().anyMatch(c -> c <= ' ' || c == 0x7f)) {
            throw new CurlException("curl's URL '" + typed + "' holds white space or control characters; escape them");
        }
        String rest = typed;
        final int scheme = typed.indexOf("://");
        if (scheme > 0 && typed.substring(0, scheme).matches("[A-Za-z][A-Za-z0-9+.-]*")) {
            final String name = typed.substring(0, scheme).toLowerCase(Locale.ROOT);
            if (!name.equals("http") && !name.equals("https")) {
                throw new CurlException("curl's URL '" + typed + "' is neither http nor https");
            }
            rest = typed.substring(scheme + 3);
        }
        final int fragment = rest.indexOf('#');
        rest = fragment < 0 ? rest : rest.substring(0, fragment);
        int end = 0;
        while (end < rest.length() && "/?".indexOf(rest.charAt(end)) < 0) {
            end++;
        }
        final int at = rest.lastIndexOf('@', end - 1);
        final String authority = rest.substring(at + 1, end);
        if (authority.isEmpty()) {
            throw new CurlException("curl's URL '" + typed + "' has no host");
        }
        final int question = rest.indexOf('?');
        final String path = rest.substring(end, question < 0 ? rest.length() : question);
        return new CurlUrl(
                authority,
                at < 0 ? null : rest.substring(0, at),
                path.isEmpty() ? "/" : escaped(path),
                question < 0 ? "" : escaped(rest.substring(question)));
    }

    /**
     * {@return the request target}
     *
     * @param more data that joins the query, or null.
     */
    String target(final String more) {
        return path + ownQuery + (more == null ? "" : (ownQuery.isEmpty() ? "?" : "&") + escaped(more));
    }

    /** Escapes what a request target cannot hold. */
    private static String escaped(final String text) {
        final StringBuilder escaped = new StringBuilder();
        for (final byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (b > ' ' && b < 0x7f) {
                escaped.append((char) b);
            } else {
                escaped.append(String.format("%%%02X", b & 0xff));
            }
        }
        return escaped.toString();
    }
}
