package io.ouli.engine.fingerprint;

import io.ouli.engine.http.Headers;
import java.util.Collection;
import java.util.TreeSet;

/** Names of header fields in lower case, a trailing {@code *} standing for any rest; asked without allocation. */
final class HeaderRule {
    private final byte[][] names;
    private final byte[][] prefixes;

    HeaderRule(final Collection<String> patterns) {
        final TreeSet<String> sorted = new TreeSet<>(patterns);
        names = sorted.stream().filter(name -> !name.endsWith("*")).map(MediaType::ascii).toArray(byte[][]::new);
        prefixes = sorted.stream()
                .filter(name -> name.endsWith("*"))
                .map(name -> MediaType.ascii(name.substring(0, name.length() - 1)))
                .toArray(byte[][]::new);
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
