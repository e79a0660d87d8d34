package io.ouli.engine.fingerprint;

import io.ouli.jmh.OuliBenchmark;
import io.ouli.jmh.Samples;
import java.nio.charset.StandardCharsets;
import org.openjdk.jmh.annotations.Benchmark;

/** Parts of the canonical form by themselves, without SHA-256; each call another text. */
public class FormBenchmark extends OuliBenchmark {
    private static final int TEXTS = 64;
    private static final byte[][] NOTHING_IGNORED = {};

    private final ByteSink out = new ByteSink();
    private final ParameterForm query = new ParameterForm();
    private final byte[][] plainPaths = new byte[TEXTS][];
    private final byte[][] spelledPaths = new byte[TEXTS][];
    private final byte[][] queries = new byte[TEXTS][];
    private int next;

    /** Makes the texts. */
    public FormBenchmark() {
        for (int i = 0; i < TEXTS; i++) {
            plainPaths[i] = ascii("/v1/customers/" + (1_000 + i) + "/orders/2026-11-" + (10 + i % 20) + "/items");
            spelledPaths[i] = ascii("/v1//customers/./" + (1_000 + i) + "/%7eorders/../a%2fb/" + i + "/items%20x");
            queries[i] = ascii(Samples.tenParameters(i));
        }
    }

    /** A path of 45 bytes as programs write it. */
    @Benchmark
    public int path() {
        final byte[] bytes = plainPaths[advance()];
        out.clear();
        PathForm.write(bytes, 0, bytes.length, out);
        return out.length;
    }

    /** A path in which everything is to be changed that can be. */
    @Benchmark
    public int spelledPath() {
        final byte[] bytes = spelledPaths[advance()];
        out.clear();
        PathForm.write(bytes, 0, bytes.length, out);
        return out.length;
    }

    /** 10 query parameters that are not in order, with escapes, 190 bytes. */
    @Benchmark
    public int tenParameters() {
        final byte[] bytes = queries[advance()];
        out.clear();
        query.write(bytes, 0, bytes.length, NOTHING_IGNORED, Placeholders.NONE, out);
        return out.length;
    }

    private static byte[] ascii(final String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private int advance() {
        next = next + 1 & TEXTS - 1;
        return next;
    }
}
