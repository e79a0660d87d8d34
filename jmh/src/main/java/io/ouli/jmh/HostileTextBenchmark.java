package io.ouli.jmh;

import io.ouli.redact.LiteralSearcher;
import io.ouli.redact.LiteralSearchers;
import io.ouli.redact.LiteralSet;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Texts that are made to be slow: no searcher may take more than twice as long as the automaton to find all hits. */
public class HostileTextBenchmark extends OuliBenchmark {
    private static final int BYTES = 64 << 10;

    @Param({"near-hits", "hits", "shared-prefix"})
    private String kind;

    @Param({"1", "2", "32"})
    private int literals;

    private byte[] text;
    private LiteralSearcher searcher;
    private LiteralSearcher automaton;

    /** Fills the text with literals, whole, or spoilt at their end, or their common prefix over and over. */
    @Setup
    public void setup() {
        final List<byte[]> set = Secrets.make(literals);
        text = new byte[BYTES];
        int at = 0;
        for (int i = 0; at < BYTES; i++) {
            final byte[] next = kind.equals("shared-prefix")
                    ? Samples.ascii("sk-proj-ghp_eyJ") : set.get(i % set.size()).clone();
            if (kind.equals("near-hits")) {
                next[next.length - 1] ^= 1;
            }
            final int length = Math.min(next.length, BYTES - at);
            System.arraycopy(next, 0, text, at, length);
            at += length;
        }
        final LiteralSet literalSet = LiteralSet.of(set);
        searcher = LiteralSearchers.forSet(literalSet);
        automaton = LiteralSearchers.automaton(literalSet);
    }

    private static int all(final LiteralSearcher searcher, final byte[] text) {
        int count = 0;
        int at = 0;
        long match = searcher.find(text, 0, text.length);
        while (match != LiteralSearcher.NONE) {
            count++;
            at = LiteralSearcher.position(match) + searcher.literals().length(LiteralSearcher.literal(match));
            match = searcher.find(text, at, text.length);
        }
        return count;
    }

    /** The searcher that is chosen where vectors may be used. */
    @Benchmark
    @Fork(value = JVMS, jvmArgsAppend = {GC, HEAP, HEADERS, NATIVE, UNSAFE, VECTORS})
    public int chosenWithVectors() {
        return all(searcher, text);
    }

    /** The searcher that is chosen without vectors. */
    @Benchmark
    public int chosenScalar() {
        return all(searcher, text);
    }

    /** The specification. */
    @Benchmark
    public int automaton() {
        return all(automaton, text);
    }
}
