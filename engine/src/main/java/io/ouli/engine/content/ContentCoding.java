package io.ouli.engine.content;

import java.nio.charset.StandardCharsets;

/** The content codings of RFC 9110 (and brotli, Zstandard) that Ouli can undo. */
public enum ContentCoding {
    /** As it is. */
    IDENTITY("identity", "identity"),
    /** RFC 1952. */
    GZIP("gzip", "x-gzip"),
    /** RFC 1951 in RFC 1950, or as some send it, alone. */
    DEFLATE("deflate", "deflate"),
    /** Brotli, RFC 7932. */
    BR("br", "br"),
    /** Zstandard, RFC 8878. */
    ZSTD("zstd", "zstd");

    private static final ContentCoding[] ALL = values();

    private final byte[] name;
    private final byte[] alias;

    ContentCoding(final String name, final String alias) {
        this.name = name.getBytes(StandardCharsets.US_ASCII);
        this.alias = alias.getBytes(StandardCharsets.US_ASCII);
    }

    /** {@return the coding that the token {@code bytes[start..end)} names in either case, or null} */
    public static ContentCoding of(final byte[] bytes, final int start, final int end) {
        for (final ContentCoding coding : ALL) {
            if (matches(coding.name, bytes, start, end) || matches(coding.alias, bytes, start, end)) {
                return coding;
            }
        }
        return null;
    }

    private static boolean matches(final byte[] name, final byte[] bytes, final int start, final int end) {
        if (end - start != name.length) {
            return false;
        }
        for (int i = 0; i < name.length; i++) {
            final byte b = bytes[start + i];
            if ((b >= 'A' && b <= 'Z' ? b | 0x20 : b) != name[i]) {
                return false;
            }
        }
        return true;
    }
}
