package io.ouli.jmh;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.ouli.engine.fingerprint.FingerprintPolicy;
import io.ouli.engine.fingerprint.Fingerprinter;
import io.ouli.engine.http.RequestHead;
import java.io.IOException;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * A request's key at four sizes of body. The floor is SHA-256 alone: what lies between {@link #sha256} and
 * {@link #rawBody} is the head's canonical form, between that and {@link #jsonBody} the body's.
 */
public class FingerprintBenchmark extends OuliBenchmark {
    private static final JsonFactory JACKSON = new JsonFactory();

    @Param({"100", "1000", "10000", "100000"})
    private int bytes;

    private final byte[] key = new byte[Fingerprinter.KEY_BYTES];
    private Fingerprinter fingerprinter;
    private MessageDigest digest;
    private RequestHead jsonHead;
    private RequestHead rawHead;
    private byte[] body;

    /** Makes the requests. */
    @Setup
    public void setup() throws NoSuchAlgorithmException {
        body = Samples.json(bytes, 1);
        jsonHead = Samples.post("application/json", body.length);
        rawHead = Samples.post("application/octet-stream", body.length);
        fingerprinter = new Fingerprinter(FingerprintPolicy.DEFAULT);
        digest = MessageDigest.getInstance("SHA-256");
    }

    /** The whole key of a request with a JSON body. */
    @Benchmark
    public byte[] jsonBody() {
        fingerprinter.fingerprint(jsonHead, body, 0, body.length, key);
        return key;
    }

    /** The whole key of a request whose body counts as it is. */
    @Benchmark
    public byte[] rawBody() {
        fingerprinter.fingerprint(rawHead, body, 0, body.length, key);
        return key;
    }

    /** The floor: SHA-256 over the body's bytes. */
    @Benchmark
    public byte[] sha256() throws DigestException {
        digest.update(body, 0, body.length);
        digest.digest(key, 0, key.length);
        return key;
    }

    /** For scale: a streaming JSON library that only looks at each token of the same body. */
    @Benchmark
    public int jacksonTokens() throws IOException {
        int tokens = 0;
        try (JsonParser parser = JACKSON.createParser(body)) {
            while (parser.nextToken() != null) {
                tokens++;
            }
        }
        return tokens;
    }
}
