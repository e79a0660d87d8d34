package io.ouli.engine.redaction;

import io.ouli.engine.Limits;
import io.ouli.engine.http.Headers;
import io.ouli.engine.http.RequestHead;
import io.ouli.engine.http.RequestParser;
import io.ouli.engine.http.ResponseHead;
import io.ouli.engine.http.ResponseParser;

/**
 * Looks for secrets in what was stored, in every form, also in what coded bodies decode to: the check before a seal.
 * For one thread.
 */
public final class SecretScanner {
    private final RedactionPolicy policy;
    private final SecretFinder finder;
    private final BodyDecoder decoder;
    private final RequestParser requestParser = new RequestParser();
    private final ResponseParser responseParser = new ResponseParser();
    private final RequestHead requestHead = new RequestHead(Limits.MAX_HEADERS);
    private final ResponseHead responseHead = new ResponseHead(Limits.MAX_HEADERS);

    SecretScanner(final RedactionPolicy policy) {
        this.policy = policy;
        decoder = policy.newBodyDecoder();
        finder = new SecretFinder(policy.secrets, policy.placeholder, RedactionListener.NONE);
    }

    /**
     * Scans one stored request: HTTP/1.1 bytes, head and body.
     *
     * @param interaction names it in the finding.
     * @return the first secret found, or null.
     * @throws RedactionException if its body cannot be decoded, or inflates to more than can be searched.
     */
    public SecretFinding scanRequest(
            final String interaction,
            final byte[] bytes,
            final int offset,
            final int length) {
        if (policy.secrets.size() == 0) {
            return null;
        }
        final int end = offset + length;
        final int headLength = requestParser.parse(bytes, offset, end, requestHead);
        if (headLength <= 0) {
            requestParser.reset();
            return find(interaction, "request", bytes, offset, end);
        }
        if (policy.namesSecret(bytes, requestHead.methodStart(), requestHead.methodEnd())) {
            final SecretFinding inMethod =
                    find(interaction, "request method", bytes, requestHead.methodStart(), requestHead.methodEnd());
            if (inMethod != null) {
                return inMethod;
            }
        }
        final SecretFinding inTarget =
                find(interaction, "request target", bytes, requestHead.targetStart(), requestHead.targetEnd());
        if (inTarget != null) {
            return inTarget;
        }
        final SecretFinding inHeaders = scanHeaders(interaction, "request header ", requestHead.headers());
        return inHeaders != null
                ? inHeaders
                : scanBody(interaction, "request body", requestHead.headers(), bytes, offset + headLength, end);
    }

    /**
     * Scans one stored response: HTTP/1.1 bytes, head and body, the body in chunks if the head says so.
     *
     * @return the first secret found, or null.
     * @throws RedactionException if its body cannot be decoded, or inflates to more than can be searched.
     */
    public SecretFinding scanResponse(
            final String interaction,
            final byte[] bytes,
            final int offset,
            final int length) {
        if (policy.secrets.size() == 0) {
            return null;
        }
        final int end = offset + length;
        final int headLength = responseParser.parse(bytes, offset, end, responseHead);
        if (headLength <= 0) {
            responseParser.reset();
            return find(interaction, "response", bytes, offset, end);
        }
        final SecretFinding inReason =
                find(interaction, "response reason", bytes, responseHead.reasonStart(), responseHead.reasonEnd());
        if (inReason != null) {
            return inReason;
        }
        final Headers headers = responseHead.headers();
        final SecretFinding inHeaders = scanHeaders(interaction, "response header ", headers);
        if (inHeaders != null) {
            return inHeaders;
        }
        if (!responseHead.chunked()) {
            return scanBody(interaction, "response body", headers, bytes, offset + headLength, end);
        }
        final StoredChunks chunks = new StoredChunks(bytes, offset + headLength, end);
        final SecretFinding inBody =
                scanBody(interaction, "response body", headers, chunks.body(), 0, chunks.length());
        return inBody != null ? inBody : find(interaction, "response trailer", bytes, chunks.end(), end);
    }

    private SecretFinding scanHeaders(final String interaction, final String side, final Headers headers) {
        for (int i = 0; i < headers.count(); i++) {
            if (HeadBuilder.isFraming(headers, i)) {
                continue;
            }
            final byte[] bytes = headers.bytes();
            if (finder.find(bytes, headers.nameStart(i), headers.nameEnd(i)) >= 0) {
                // The name is the secret, so it cannot be named.
                return find(interaction, side + "name " + (i + 1), bytes, headers.nameStart(i), headers.nameEnd(i));
            }
            final SecretFinding finding =
                    find(interaction, side + headers.name(i), bytes, headers.valueStart(i), headers.valueEnd(i));
            if (finding != null) {
                return finding;
            }
        }
        return null;
    }

    private SecretFinding scanBody(
            final String interaction,
            final String field,
            final Headers headers,
            final byte[] bytes,
            final int from,
            final int to) {
        final SecretFinding plain = find(interaction, field, bytes, from, to);
        if (plain != null || from == to) {
            return plain;
        }
        final String coding = HeadBuilder.contentEncoding(headers);
        if (coding == null) {
            return scanFile(interaction, field, bytes, from, to);
        }
        final byte[] decoded = decoder.decode(coding, bytes, from, to, new int[0]);
        if (decoded == null) {
            return null;
        }
        final SecretFinding inDecoded = find(interaction, field + " (decoded)", decoded, 0, decoded.length);
        return inDecoded != null ? inDecoded : scanFile(interaction, field, decoded, 0, decoded.length);
    }

    /** Looks into a compressed file, and into those in it to the depth to which bodies are redacted. */
    private SecretFinding scanFile(
            final String interaction, final String field, final byte[] bytes, final int from, final int to) {
        byte[] file = decoder.decodeFile(bytes, from, to, new int[0]);
        for (int depth = 1; file != null; depth++) {
            final SecretFinding finding = find(interaction, field + " (decompressed)", file, 0, file.length);
            if (finding != null || depth == Limits.MAX_CONTENT_CODINGS) {
                return finding;
            }
            file = decoder.decodeFile(file, 0, file.length, new int[0]);
        }
        return null;
    }

    private SecretFinding find(
            final String interaction,
            final String field,
            final byte[] bytes,
            final int from,
            final int to) {
        final int secret = finder.find(bytes, from, to);
        return secret < 0 ? null : new SecretFinding(interaction, field, policy.secrets.label(secret));
    }
}
