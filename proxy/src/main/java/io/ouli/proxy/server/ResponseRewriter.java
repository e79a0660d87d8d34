package io.ouli.proxy.server;

import io.ouli.engine.http.HeadWriter;
import io.ouli.engine.http.Headers;
import io.ouli.engine.http.HopByHop;
import io.ouli.engine.http.ResponseHead;
import io.ouli.engine.http.ResponseHead.Framing;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes an upstream's response head anew: HTTP/1.1, without hop-by-hop fields, with an endpoint's replacements. */
public final class ResponseRewriter {
    private static final byte[] CONTENT_LENGTH = "content-length".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TRAILER = "trailer".getBytes(StandardCharsets.US_ASCII);

    /** How the body's end is marked in a head that is written. */
    enum Marking {
        /** As the upstream marked it: by Content-Length, or not at all. */
        AS_IT_CAME,
        /** In chunks. */
        CHUNKED,
        /** By the connection's end. */
        CLOSE
    }

    private final List<HeaderReplacement> replacements;

    /** Creates a rewriter with the endpoint's replacements, which are applied in order. */
    public ResponseRewriter(final List<HeaderReplacement> replacements) {
        this.replacements = replacements;
    }

    /** {@return how the stored head marks the body's end: by chunks if the upstream does, or would to a GET} */
    static Marking stored(final ResponseHead head, final Framing framing, final boolean toHead) {
        return framing == Framing.CHUNKED || toHead && head.chunked() ? Marking.CHUNKED : Marking.AS_IT_CAME;
    }

    /** Writes status line and fields, without the empty line. */
    void write(final ResponseHead head, final Marking marking, final HeadWriter to) {
        to.text("HTTP/1.1 ").decimal(head.status()).octet(' ')
                .write(head.bytes(), head.reasonStart(), head.reasonEnd()).crlf();
        final Headers headers = head.headers();
        boolean lengthSeen = false;
        for (int i = 0; i < headers.count(); i++) {
            if (headers.nameIs(i, CONTENT_LENGTH)) {
                if (!lengthSeen) {
                    to.field(headers, i);
                }
                lengthSeen = true;
            } else if (!HopByHop.matches(headers, i)
                    || marking == Marking.CHUNKED && headers.nameIs(i, TRAILER)) {
                writeField(headers, i, to);
            }
        }
        if (marking == Marking.CHUNKED) {
            to.text("Transfer-Encoding: chunked").crlf();
        }
    }

    private void writeField(final Headers headers, final int index, final HeadWriter to) {
        for (int i = 0; i < replacements.size(); i++) {
            if (replacements.get(i).concerns(headers, index)) {
                writeReplaced(headers, index, to);
                return;
            }
        }
        to.field(headers, index);
    }

    private void writeReplaced(final Headers headers, final int index, final HeadWriter to) {
        String value = headers.value(index);
        for (final HeaderReplacement replacement : replacements) {
            if (replacement.concerns(headers, index)) {
                value = replacement.apply(value);
            }
        }
        to.text(headers.name(index)).text(": ").text(value).crlf();
    }
}
