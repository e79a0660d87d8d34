package io.ouli.jmh;

import io.ouli.engine.fingerprint.FingerprintPolicy;
import io.ouli.engine.fingerprint.Fingerprinter;
import io.ouli.engine.http.RequestHead;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Setup;

/**
 * The key of a request without a body, 10 header fields, each call another request. The floor is SHA-256 alone, over
 * canonical forms of the same lengths.
 */
public class GetFingerprintBenchmark extends OuliBenchmark {
    private static final int REQUESTS = 64;
    private static final byte[] NO_BODY = new byte[0];

    private final byte[] key = new byte[Fingerprinter.KEY_BYTES];
    private final RequestHead[] tenHeaders = new RequestHead[REQUESTS];
    private final RequestHead[] tenParameters = new RequestHead[REQUESTS];
    private final byte[][] tenHeadersForms = new byte[REQUESTS][];
    private Fingerprinter fingerprinter;
    private MessageDigest digest;
    private int next;

    /** Makes the requests. */
    @Setup
    public void setup() throws NoSuchAlgorithmException {
        fingerprinter = new Fingerprinter(FingerprintPolicy.DEFAULT);
        digest = MessageDigest.getInstance("SHA-256");
        for (int i = 0; i < REQUESTS; i++) {
            tenHeaders[i] = Samples.parse(Samples.tenHeadersGet(i));
            tenParameters[i] = Samples.parse(
                    Samples.ascii("GET /v1/search?" + Samples.tenParameters(i) + " HTTP/1.1\r\nHost: a\r\n\r\n"));
            tenHeadersForms[i] = fingerprinter.canonicalForm(tenHeaders[i], NO_BODY, 0, 0);
        }
    }

    /** A GET with 10 header fields, of which those count that count by default. */
    @Benchmark
    public byte[] tenHeaders() {
        fingerprinter.fingerprint(tenHeaders[advance()], NO_BODY, 0, 0, key);
        return key;
    }

    /** A GET with 10 query parameters that are not in order. */
    @Benchmark
    public byte[] tenParameters() {
        fingerprinter.fingerprint(tenParameters[advance()], NO_BODY, 0, 0, key);
        return key;
    }

    /** The floor of {@link #tenHeaders}: SHA-256 over the canonical form. */
    @Benchmark
    public byte[] tenHeadersSha256() throws DigestException {
        final byte[] form = tenHeadersForms[advance()];
        digest.update(form, 0, form.length);
        digest.digest(key, 0, key.length);
        return key;
    }

    private int advance() {
        next = next + 1 & REQUESTS - 1;
        return next;
    }
}
