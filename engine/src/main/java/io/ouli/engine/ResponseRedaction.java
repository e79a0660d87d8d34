package io.ouli.engine;

import io.ouli.engine.http.ResponseHead;
import io.ouli.engine.http.ResponseParser;
import io.ouli.engine.recording.FrameBuilder;
import io.ouli.engine.redaction.MessageRedactor;

/** Redacts one response after the other and writes each in its stored form; for one thread. */
final class ResponseRedaction {
    private final MessageRedactor redactor;
    private final ResponseParser parser = new ResponseParser();
    private final ResponseHead redactedHead = new ResponseHead(Limits.MAX_HEADERS);
    private ResponseHead head;
    private ResponseBody body;
    private byte[] trailers;
    private int trailersLength;
    private boolean changed;

    ResponseRedaction(final MessageRedactor redactor) {
        this.redactor = redactor;
    }

    /**
     * Redacts a response.
     *
     * @param original its head; the body's chunks get their new lengths.
     * @return whether it changed.
     */
    boolean redact(
            final ResponseHead original,
            final ResponseBody originalBody,
            final byte[] originalTrailers,
            final int originalTrailersLength) {
        head = original;
        body = originalBody;
        trailers = originalTrailers;
        trailersLength = originalTrailersLength;
        changed = redactor.redactResponse(
                head, body.bytes(), 0, body.length(), body.chunkLengths(), body.chunkCount());
        if (changed) {
            parser.reset();
            final int parsed =
                    parser.parse(redactor.responseBytes(), 0, redactor.responseHeadLength(), redactedHead);
            assert parsed == redactor.responseHeadLength() : "a redacted head is a head";
            head = redactedHead;
            for (int i = 0; i < body.chunkCount(); i++) {
                body.chunkLengths()[i] = redactor.chunkLength(i);
            }
        }
        final byte[] newTrailers = redactor.redactTrailers(trailers, 0, trailersLength);
        if (newTrailers == null) {
            return changed;
        }
        trailers = newTrailers;
        trailersLength = newTrailers.length;
        return true;
    }

    /** Lets go of the response. */
    void forget() {
        redactor.forget();
        body = null;
    }

    /**
     * Writes what {@link #redact} gave.
     *
     * @return the frame's flags.
     */
    int write(final FrameBuilder builder, final boolean toHead) {
        return changed
                ? StoredResponse.write(builder, head, toHead, redactor.body(), redactor.bodyOffset(),
                        redactor.bodyLength(), body, trailers, trailersLength)
                : StoredResponse.write(builder, head, toHead, body.bytes(), 0, body.length(), body, trailers,
                        trailersLength);
    }
}
