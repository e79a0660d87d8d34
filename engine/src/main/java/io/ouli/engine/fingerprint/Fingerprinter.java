package io.ouli.engine.fingerprint;

import io.ouli.engine.core.Sha256;
import io.ouli.engine.http.Headers;
import io.ouli.engine.http.RequestHead;
import java.util.Arrays;

/**
 * Computes keys: SHA-256 of a request's canonical form 1, docs/FINGERPRINT.md.
 *
 * <p>For one thread; scratch memory is kept between calls, so that a call allocates nothing once it has grown. (A
 * policy with placeholders allocates, and so does brotli.) Any bytes have a key; nothing is thrown for what a client
 * sends.
 */
public final class Fingerprinter {
    /** Bytes of a key. */
    public static final int KEY_BYTES = 32;

    private static final byte[] PREFIX = MediaType.ascii("ouli/1");

    private final FingerprintPolicy policy;
    private final Sha256 digest = new Sha256();
    private final ByteSink out = new ByteSink();
    private final ByteSink path = new ByteSink();
    private final ParameterForm query = new ParameterForm();
    private final HeaderForm headerForm = new HeaderForm();
    private final BodyForm body = new BodyForm();

    /** Creates a fingerprinter for one thread. */
    public Fingerprinter(final FingerprintPolicy policy) {
        this.policy = policy;
    }

    /** {@return the policy by which keys are made} */
    public FingerprintPolicy policy() {
        return policy;
    }

    /**
     * Computes the key of a request.
     *
     * @param head       the parsed head.
     * @param bodyBytes  holds the body after transfer decoding.
     * @param bodyOffset of its first byte.
     * @param bodyLength in bytes; 0 without a body, and an empty body is none.
     * @param keyOut     takes {@link #KEY_BYTES} from index 0.
     */
    public void fingerprint(
            final RequestHead head,
            final byte[] bodyBytes,
            final int bodyOffset,
            final int bodyLength,
            final byte[] keyOut) {
        write(head, bodyBytes, bodyOffset, bodyLength);
        digest.update(out.array, 0, out.length);
        if (body.length() > 0) {
            digest.update(body.array(), body.offset(), body.length());
        }
        digest.finish(keyOut, 0);
    }

    /** Takes a canonical form, whose SHA-256 is the key, in two parts that are good during the call. */
    @FunctionalInterface
    public interface FormTaker {
        /** Takes it. */
        void take(byte[] head, int headOffset, int headLength, byte[] body, int bodyOffset, int bodyLength);
    }

    /** Gives a request's canonical form to whoever finds the key later, together with others. */
    public void giveForm(
            final RequestHead head,
            final byte[] bodyBytes,
            final int bodyOffset,
            final int bodyLength,
            final FormTaker taker) {
        write(head, bodyBytes, bodyOffset, bodyLength);
        if (body.length() > 0) {
            taker.take(out.array, 0, out.length, body.array(), body.offset(), body.length());
        } else {
            taker.take(out.array, 0, out.length, out.array, 0, 0);
        }
    }

    /** {@return the canonical form itself, whose SHA-256 is the key; allocates, for the control plane} */
    public byte[] canonicalForm(
            final RequestHead head, final byte[] bodyBytes, final int bodyOffset, final int bodyLength) {
        write(head, bodyBytes, bodyOffset, bodyLength);
        final byte[] form = Arrays.copyOf(out.array, out.length + body.length());
        System.arraycopy(body.array(), body.offset(), form, out.length, body.length());
        return form;
    }

    /** Writes everything but the body's bytes into {@link #out}. */
    private void write(
            final RequestHead head, final byte[] bodyBytes, final int bodyOffset, final int bodyLength) {
        final Headers headers = head.headers();
        body.read(headers, bodyBytes, bodyOffset, bodyLength, policy);
        out.clear();
        out.put(PREFIX);
        method(head);
        target(head.bytes(), head.targetStart(), head.targetEnd());
        headerForm.write(headers, policy, body.dropsBoundary(), out);
        body.writeHead(out);
    }

    private void method(final RequestHead head) {
        out.fieldHead('M', head.methodEnd() - head.methodStart());
        final byte[] bytes = head.bytes();
        for (int i = head.methodStart(); i < head.methodEnd(); i++) {
            out.put(bytes[i] >= 'a' && bytes[i] <= 'z' ? bytes[i] & ~0x20 : bytes[i]);
        }
    }

    /** Writes P and Q: of an absolute target its path and query, of neither origin nor absolute form p alone. */
    private void target(final byte[] bytes, final int start, final int end) {
        int from = start;
        if (start == end || bytes[start] != '/') {
            from = skipAuthority(bytes, start, end);
            if (from < 0) {
                out.field('p', bytes, start, end - start);
                return;
            }
        }
        int question = from;
        while (question < end && bytes[question] != '?') {
            question++;
        }
        path(bytes, from, question);
        if (question < end) {
            query.write(bytes, question + 1, end, policy.ignoredQuery, policy.queryPlaceholders, out);
        }
    }

    private void path(final byte[] bytes, final int start, final int end) {
        if (policy.pathPlaceholders.isEmpty()) {
            PathForm.write(bytes, start, end, out);
            return;
        }
        path.clear();
        PathForm.write(bytes, start, end, path);
        final int field = out.beginField(path.array[0]);
        if (path.array[0] == 'p' || !policy.pathPlaceholders.replace(path.array, 5, path.length, out)) {
            out.put(path.array, 5, path.length - 5);
        }
        out.endField(field);
    }

    /** {@return where the path of {@code scheme://authority/path} begins, or -1 if the target has another form} */
    private static int skipAuthority(final byte[] bytes, final int start, final int end) {
        int at = start;
        while (at < end && isScheme(bytes[at], at == start)) {
            at++;
        }
        if (at == start || end - at < 3 || bytes[at] != ':' || bytes[at + 1] != '/' || bytes[at + 2] != '/') {
            return -1;
        }
        at += 3;
        while (at < end && bytes[at] != '/' && bytes[at] != '?' && bytes[at] != '#') {
            at++;
        }
        return at;
    }

    private static boolean isScheme(final byte b, final boolean first) {
        final int lower = b | 0x20;
        return lower >= 'a' && lower <= 'z' || !first && (b >= '0' && b <= '9' || b == '+' || b == '-' || b == '.');
    }
}
