package io.ouli.engine;

import io.ouli.engine.fingerprint.CanonicalForm;
import io.ouli.engine.fingerprint.Fingerprinter;
import io.ouli.engine.match.ClosestRequest;
import io.ouli.engine.recording.Recording;
import io.ouli.engine.redaction.MessageRedactor;

/** Shows what a policy makes of requests: redacted as on replay, then in canonical form. For one thread; allocates. */
public final class Explainer {
    private final RequestMessage message = new RequestMessage();
    private final EndpointPolicy policy;
    private final MessageRedactor redactor;
    private final Fingerprinter fingerprinter;

    /** Creates an explainer of one policy. */
    public Explainer(final EndpointPolicy policy) {
        this.policy = policy;
        redactor = policy.redaction().newRedactor(policy.fingerprint()::countsHeader);
        fingerprinter = new Fingerprinter(policy.fingerprint());
    }

    /**
     * {@return the canonical form of a request given as a whole HTTP/1.1 message, with Content-Length or in chunks}
     *
     * @throws OuliException if it is not one whole request.
     */
    public CanonicalForm canonicalForm(final byte[] bytes, final int offset, final int length) {
        message.read(bytes, offset, length);
        return CanonicalForm.of(
                redactor.redactRequest(message.head(), message.body(), message.bodyOffset(), message.bodyLength())
                        ? fingerprinter.canonicalForm(
                                redactor.head(), redactor.body(), redactor.bodyOffset(), redactor.bodyLength())
                        : fingerprinter.canonicalForm(
                                message.head(), message.body(), message.bodyOffset(), message.bodyLength()));
    }

    /**
     * {@return the place in the recorded order, from 0, of the recorded request that is most like a given one; -1 if
     * there is none to compare}
     *
     * @throws OuliException if the given one is not one whole request.
     */
    public int closest(final Recording recording, final byte[] request) {
        final ClosestRequest search = new ClosestRequest(
                new StoredRequests(recording), policy.fingerprint(), canonicalForm(request, 0, request.length));
        search.search(request);
        return search.position();
    }
}
