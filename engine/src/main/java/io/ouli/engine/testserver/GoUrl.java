package io.ouli.engine.testserver;

import io.ouli.engine.OuliException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A request target as Go's {@code url.ParseRequestURI} and then {@code URL.String} give it.
 *
 * <p>A path that holds only what Go takes for validly encoded stays as it came; any other is decoded and encoded again
 * as a whole. The query stays as it came.
 */
final class GoUrl {
    private static final String PLAIN = "-_.~$&+,/:;=@";
    private static final String VALID_TOO = "!'()*[]%";

    private GoUrl() {
    }

    /**
     * {@return the target in Go's spelling; characters are bytes, ISO-8859-1}
     *
     * @throws OuliException if Go would refuse the request.
     */
    static String spell(final String target) {
        for (int i = 0; i < target.length(); i++) {
            if (target.charAt(i) < ' ' || target.charAt(i) == 0x7f) {
                throw new OuliException("target: a control character");
            }
        }
        if (target.equals("*")) {
            return target;
        }
        String prefix = "";
        String rest = target;
        final int scheme = target.indexOf("://");
        if (!target.startsWith("/")) {
            if (scheme <= 0) {
                throw new OuliException("target: neither a path nor a URL");
            }
            int authorityEnd = scheme + 3;
            while (authorityEnd < target.length() && "/?".indexOf(target.charAt(authorityEnd)) < 0) {
                authorityEnd++;
            }
            prefix = target.substring(0, scheme).toLowerCase(Locale.ROOT) + target.substring(scheme, authorityEnd);
            rest = target.substring(authorityEnd);
        }
        final int question = rest.indexOf('?');
        final String path = question < 0 ? rest : rest.substring(0, question);
        return prefix + path(path) + (question < 0 ? "" : rest.substring(question));
    }

    private static String path(final String path) {
        final byte[] decoded = unescape(path);
        for (int i = 0; i < path.length(); i++) {
            if (!isPlain(path.charAt(i)) && VALID_TOO.indexOf(path.charAt(i)) < 0) {
                return escape(decoded);
            }
        }
        return path;
    }

    private static boolean isPlain(final char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || PLAIN.indexOf(c) >= 0;
    }

    private static byte[] unescape(final String path) {
        final ByteArrayOutputStream decoded = new ByteArrayOutputStream();
        for (int i = 0; i < path.length(); i++) {
            final char c = path.charAt(i);
            if (c != '%') {
                decoded.write(c);
                continue;
            }
            final int high = i + 2 < path.length() ? Character.digit(path.charAt(i + 1), 16) : -1;
            final int low = i + 2 < path.length() ? Character.digit(path.charAt(i + 2), 16) : -1;
            if (high < 0 || low < 0) {
                throw new OuliException("target: a broken escape");
            }
            decoded.write(high << 4 | low);
            i += 2;
        }
        return decoded.toByteArray();
    }

    private static String escape(final byte[] decoded) {
        final StringBuilder path = new StringBuilder();
        for (final char c : new String(decoded, StandardCharsets.ISO_8859_1).toCharArray()) {
            path.append(isPlain(c) ? Character.toString(c) : String.format("%%%02X", (int) c));
        }
        return path.toString();
    }
}
