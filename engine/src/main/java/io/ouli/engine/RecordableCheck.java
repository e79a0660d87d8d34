package io.ouli.engine;

import io.ouli.engine.redaction.MessageRedactor;
import io.ouli.engine.redaction.RedactionException;

/**
 * Tells before a session is written whether a policy lets a message in, so that whoever imports many can leave out one.
 * For one thread.
 */
public final class RecordableCheck {
    private static final int[] NO_CHUNKS = {};

    private final MessageRedactor redactor;
    private final RequestMessage message = new RequestMessage();

    /** Makes the check of one policy. */
    public RecordableCheck(final EndpointPolicy policy) {
        redactor = policy.redaction().newRedactor();
    }

    /**
     * Checks a request given as a whole HTTP/1.1 message.
     *
     * @throws OuliException if it is not one whole request, or cannot be searched for what is to be redacted.
     */
    public void request(final byte[] bytes) {
        message.read(bytes, 0, bytes.length);
        try {
            redactor.redactRequest(message.head(), message.body(), message.bodyOffset(), message.bodyLength());
        } catch (final RedactionException e) {
            throw new OuliException("its request cannot be recorded: " + e.getMessage(), e);
        } finally {
            redactor.forget();
        }
    }

    /**
     * Checks a response.
     *
     * @param head status line, fields and the empty line.
     * @param body after transfer decoding.
     * @throws OuliException if it cannot be searched for what is to be redacted.
     */
    public void response(final byte[] head, final byte[] body) {
        try {
            redactor.redactResponse(head, 0, head.length, body, 0, body.length, NO_CHUNKS, 0);
        } catch (final RedactionException e) {
            throw new OuliException("its response cannot be recorded: " + e.getMessage(), e);
        } finally {
            redactor.forget();
        }
    }
}
