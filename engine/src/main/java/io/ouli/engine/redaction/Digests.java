package io.ouli.engine.redaction;

import io.ouli.engine.http.Headers;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The fields that hold digests of a body, which follow a body that changed.
 *
 * <pre>
 * Content-MD5: Q2hlY2sgSW50ZWdyaXR5IQ==                                   RFC 1864
 * Digest: sha-256=X48E9qOokqqr…, md5=HUXZLQLMuI/KZ5KDcJPcOA==              RFC 3230
 * Content-Digest, Repr-Digest: sha-256=:X48E9qOokqqr…:, sha-512=:YMAam…:   RFC 9530
 * </pre>
 *
 * <p>An algorithm that Java does not have is left out of the list, and a field that lists no other with it: a wrong
 * digest is worse than none.
 */
final class Digests {
    private static final byte[] CONTENT_MD5 = Ascii.bytes("content-md5");
    private static final byte[] CONTENT_DIGEST = Ascii.bytes("content-digest");
    private static final byte[] REPR_DIGEST = Ascii.bytes("repr-digest");
    private static final byte[] DIGEST = Ascii.bytes("digest");
    /** All names that say what a body is like. */
    static final Set<String> NAMES = Set.of("content-md5", "content-digest", "repr-digest", "digest", "etag");
    private static final byte[] ETAG = Ascii.bytes("etag");
    private static final byte[] CONTENT_RANGE = Ascii.bytes("content-range");
    private static final Map<String, String> ALGORITHMS =
            Map.of("md5", "MD5", "sha", "SHA-1", "sha-256", "SHA-256", "sha-512", "SHA-512");

    private Digests() {
    }

    /** {@return whether a field describes the whole of a body, of which this message has only a part or the name} */
    static boolean staysStale(final Headers headers, final int field) {
        return headers.nameIs(field, ETAG)
                || headers.find(CONTENT_RANGE, 0) >= 0
                        && (headers.nameIs(field, REPR_DIGEST) || headers.nameIs(field, DIGEST));
    }

    /** {@return whether a field holds digests of this message's body} */
    static boolean isDigest(final Headers headers, final int field) {
        return !staysStale(headers, field)
                && (headers.nameIs(field, CONTENT_MD5)
                        || headers.nameIs(field, CONTENT_DIGEST)
                        || headers.nameIs(field, REPR_DIGEST)
                        || headers.nameIs(field, DIGEST));
    }

    /** {@return a digest field's value for another body; empty if there is none to be had} */
    static byte[] follow(final Headers headers, final int field, final BodyView body) {
        if (headers.nameIs(field, CONTENT_MD5)) {
            return Ascii.bytes(base64("MD5", body));
        }
        final boolean structured = !headers.nameIs(field, DIGEST);
        final StringBuilder all = new StringBuilder();
        for (final String item : headers.value(field).split(",")) {
            final int equals = item.indexOf('=');
            final String name = equals < 0 ? "" : item.substring(0, equals).strip();
            final String algorithm = ALGORITHMS.get(name.toLowerCase(Locale.ROOT));
            if (algorithm != null) {
                final String colon = structured ? ":" : "";
                all.append(all.isEmpty() ? "" : ", ").append(name).append('=')
                        .append(colon).append(base64(algorithm, body)).append(colon);
            }
        }
        return Ascii.bytes(all.toString());
    }

    private static String base64(final String algorithm, final BodyView body) {
        try {
            final MessageDigest digest = MessageDigest.getInstance(algorithm);
            digest.update(body.bytes, body.offset, body.length);
            return Base64.getEncoder().encodeToString(digest.digest());
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has " + algorithm, e);
        }
    }
}
