package io.ouli.engine.fingerprint;

import io.ouli.engine.http.Headers;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/** Names of header fields in lower case, a trailing {@code *} standing for any rest; asked without allocation. */
final class HeaderRule {
    private final byte[][] names;
    private final byte[][] prefixes;

    HeaderRule(final Collection<String> patterns) {
        final List<byte[]> whole = new ArrayList<>();
        final List<byte[]> begun = new ArrayList<>();
        for (final String pattern : new TreeSet<>(patterns)) {
            if (pattern.endsWith("*")) {
                begun.add(MediaType.ascii(pattern.substring(0, pattern.length() - 1)));
            } else {
                whole.add(MediaType.ascii(pattern));
            }
        }
        names = whole.toArray(new byte[0][]);
        prefixes = begun.toArray(new byte[0][]);
    }

    boolean matches(final Headers headers, final int index) {
        for (final byte[] name : names) {
            if (headers.nameIs(index, name)) {
                return true;
            }
        }
        for (final byte[] prefix : prefixes) {
            if (startsWith(headers, index, prefix)) {
                return true;
            }
        }
        return false;
    }

    private static boolean startsWith(final Headers headers, final int index, final byte[] prefix) {
        final byte[] bytes = headers.bytes();
        final int start = headers.nameStart(index);
        if (headers.nameEnd(index) - start < prefix.length) {
            return false;
        }
        for (int i = 0; i < prefix.length; i++) {
            if (HeaderForm.toLower(bytes[start + i]) != prefix[i]) {
                return false;
            }
        }
        return true;
    }
}
