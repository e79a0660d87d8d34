package io.ouli.engine;

import io.ouli.engine.fingerprint.Fingerprinter;
import io.ouli.engine.http.RequestHead;
import io.ouli.engine.redaction.MessageRedactor;
import io.ouli.engine.redaction.RedactionException;
import io.ouli.engine.redaction.RedactionListener;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A request that takes long to redact and to fingerprint, while another thread does so: for a thread that others wait
 * for. {@link Replayer#prepare} and {@link Recorder#prepare} begin that; once it is done, the request is replayed or
 * recorded as if it had just been read.
 *
 * <p>Until then nobody may change the request's head or body.
 */
public final class PreparedRequest {
    private static final byte[] CONTENT_ENCODING = "content-encoding".getBytes(StandardCharsets.US_ASCII);

    private final EndpointPolicy policy;
    private final boolean likeTestServer;
    private final boolean storing;
    /** Its place in the session's order; -1 until it is given one. */
    private final int sequence;
    private final long epochNanos;
    private final byte[] key = new byte[Fingerprinter.KEY_BYTES];
    private final List<String> stale = new ArrayList<>();
    /** As test-server hashes it; null in other match modes. */
    private TestServerChain.Asked testServer;
    private RequestHead head;
    private byte[] body;
    private int bodyOffset;
    private int bodyLength;
    private boolean changed;
    private OuliException fault;
    private boolean exhausted;
    private RedactionException unstorable;
    private volatile boolean done;

    PreparedRequest(
            final EndpointPolicy policy,
            final boolean likeTestServer,
            final boolean storing,
            final int sequence,
            final long epochNanos,
            final RequestHead head,
            final byte[] body,
            final int bodyOffset,
            final int bodyLength) {
        this.policy = policy;
        this.likeTestServer = likeTestServer;
        this.storing = storing;
        this.sequence = sequence;
        this.epochNanos = epochNanos;
        this.head = head;
        this.body = body;
        this.bodyOffset = bodyOffset;
        this.bodyLength = bodyLength;
    }

    /**
     * Tells whether a request is one for another thread: a large body, or one under a coding, which may hold a thousand
     * times its length.
     *
     * @return whether it is better prepared than looked at.
     */
    public static boolean takesLong(
            final RequestHead head,
            final byte[] body,
            final int bodyOffset,
            final int bodyLength) {
        return bodyLength > 0
                && (bodyLength > Limits.MAX_BYTES_REDACTED_INLINE
                || head.headers().find(CONTENT_ENCODING, 0) >= 0
                || MessageRedactor.isCompressedFile(body, bodyOffset, bodyLength));
    }

    /** Does the work. */
    void prepare() {
        try {
            if (likeTestServer) {
                // Of the request as it came.
                testServer = TestServerChain.Asked.of(policy.testServer(), head, body, bodyOffset, bodyLength);
            }
            final MessageRedactor redactor = redactor();
            if (changed) {
                body = redactor.body();
                bodyOffset = redactor.bodyOffset();
                bodyLength = redactor.bodyLength();
                head = redactor.head();
            }
            new Fingerprinter(policy.fingerprint()).fingerprint(head, body, bodyOffset, bodyLength, key);
        } catch (final OutOfMemoryError e) {
            exhausted = true;
            fault = HeapExhausted.error("the request cannot be looked up");
        } catch (final OuliException e) {
            fault = e;
        } catch (final RuntimeException | Error e) {
            fault = new OuliException("the request cannot be looked up: a fault of Ouli itself: " + e, e);
        } finally {
            done = true;
        }
    }

    /**
     * Redacts.
     *
     * @return by what.
     */
    private MessageRedactor redactor() {
        if (storing) {
            final MessageRedactor redactor = policy.redaction().newRedactor(new RedactionListener() {
                @Override
                public void leftStale(final String field) {
                    stale.add(field);
                }
            });
            try {
                changed = redactor.redactRequest(head, body, bodyOffset, bodyLength);
                return redactor;
            } catch (final RedactionException e) {
                unstorable = e; // But perhaps there is a reply to it.
            }
        }
        final MessageRedactor redactor = policy.redaction().newRedactor(policy.fingerprint()::countsHeader);
        changed = redactor.redactRequest(head, body, bodyOffset, bodyLength);
        return redactor;
    }

    /**
     * Makes sure that it was prepared.
     *
     * @throws OuliException if it could not be.
     */
    void check() {
        if (!done) {
            throw new IllegalStateException("the request is still being prepared; wait until that was told");
        }
        if (fault != null) {
            throw fault;
        }
    }

    /** {@return whether there was too little memory for it} */
    boolean exhausted() {
        return exhausted;
    }

    /**
     * Makes sure that it can be recorded.
     *
     * @throws OuliException if it cannot.
     */
    void checkStorable() {
        check();
        if (unstorable != null) {
            throw unstorable;
        }
        if (!storing) {
            throw new IllegalStateException("the request was prepared to be replayed only");
        }
    }

    int sequence() {
        return sequence;
    }

    long epochNanos() {
        return epochNanos;
    }

    byte[] key() {
        return key;
    }

    /** {@return how test-server hashes it; null in other match modes} */
    TestServerChain.Asked testServer() {
        return testServer;
    }

    /** {@return the fields that no longer agree with what was redacted} */
    List<String> stale() {
        return stale;
    }

    /** {@return whether redaction changed it} */
    boolean changed() {
        return changed;
    }

    RequestHead head() {
        return head;
    }

    byte[] body() {
        return body;
    }

    int bodyOffset() {
        return bodyOffset;
    }

    int bodyLength() {
        return bodyLength;
    }
}
