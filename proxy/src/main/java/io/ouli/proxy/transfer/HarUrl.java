package io.ouli.proxy.transfer;

import io.ouli.engine.OuliException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * An entry's URL, as browsers write it: what RFC 3986 would refuse is escaped.
 *
 * @param origin    scheme and authority, in lower case.
 * @param authority as it stands, without user information.
 * @param target    path and query.
 */
record HarUrl(String origin, String authority, String target) {
    /**
     * Reads a URL.
     *
     * @throws OuliException if it is none of HTTP's.
     */
    static HarUrl of(final String url) {
        final int colon = url.indexOf("://");
        final String scheme = colon < 0 ? "" : url.substring(0, colon).toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new OuliException("its URL is none of HTTP's: " + url.substring(0, Math.min(url.length(), 40)));
        }
        final int from = colon + 3;
        int end = from;
        while (end < url.length() && "/?#".indexOf(url.charAt(end)) < 0) {
            end++;
        }
        final String authority = url.substring(url.lastIndexOf('@', end - 1) < from
                ? from : url.lastIndexOf('@', end - 1) + 1, end);
        if (authority.isEmpty() || !authority.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
            throw new OuliException("its URL has no host that can stand in a message");
        }
        final int fragment = url.indexOf('#', end);
        final String rest = url.substring(end, fragment < 0 ? url.length() : fragment);
        return new HarUrl(scheme + "://" + authority.toLowerCase(Locale.ROOT), authority,
                escaped(rest.startsWith("/") ? rest : "/" + rest));
    }

    private static String escaped(final String target) {
        final StringBuilder text = new StringBuilder(target.length());
        for (final byte b : target.getBytes(StandardCharsets.UTF_8)) {
            if (b > ' ' && b < 0x7F) {
                text.append((char) b);
            } else {
                text.append(String.format("%%%02X", b & 0xFF));
            }
        }
        return text.toString();
    }
}
