package io.ouli.jmh;

import io.ouli.redact.LiteralSearcher;
import io.ouli.redact.LiteralSearchers;
import io.ouli.redact.LiteralSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Short secrets, which cannot be sampled with a good stride: where vectors are for. 16 KiB without a hit. */
public class ShortLiteralBenchmark extends OuliBenchmark {
    @Param({"1", "4", "16", "64"})
    private int literals;

    @Param({"3", "6", "8", "12", "16"})
    private int length;

    private byte[] text;
    private LiteralSearcher searcher;
    private LiteralSearcher automaton;

    /** Makes literals that the text's words have nothing of. */
    @Setup
    public void setup() {
        text = Samples.json(16 << 10, 3);
        final List<byte[]> set = new ArrayList<>();
        for (final byte[] secret : Secrets.make(literals)) {
            set.add(Arrays.copyOfRange(secret, secret.length - length, secret.length));
        }
        final LiteralSet literalSet = LiteralSet.of(set);
        searcher = LiteralSearchers.forSet(literalSet);
        automaton = LiteralSearchers.automaton(literalSet);
        System.err.println("# searcher: " + LiteralSearchers.describe(searcher));
    }

    /** The searcher that is chosen where vectors may be used. */
    @Benchmark
    @Fork(value = JVMS, jvmArgsAppend = {GC, HEAP, HEADERS, NATIVE, UNSAFE, VECTORS})
    public long chosenWithVectors() {
        return searcher.find(text, 0, text.length);
    }

    /** The searcher that is chosen without vectors. */
    @Benchmark
    public long chosenScalar() {
        return searcher.find(text, 0, text.length);
    }

    /** The specification. */
    @Benchmark
    public long automaton() {
        return automaton.find(text, 0, text.length);
    }
}
