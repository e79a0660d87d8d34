package io.ouli.redact;

import io.ouli.redact.vector.VectorSearchers;
import java.util.stream.IntStream;

/**
 * Chooses the searcher that suits a set of literals, once, by their number and lengths.
 *
 * <table>
 * <caption>What is chosen</caption>
 * <tr><th>literals</th><th>with vectors</th><th>scalar</th></tr>
 * <tr><td>1 or 2, of 2 bytes and more</td><td>packed pair</td><td>as below</td></tr>
 * <tr><td>all of 8 bytes and more</td><td>gram sampler</td><td>gram sampler</td></tr>
 * <tr><td>all of 2 to 7 bytes, up to 16</td><td>Teddy</td>
 *     <td>rare bytes up to 3, gram sampler of 4 bytes and more</td></tr>
 * <tr><td>more of 4 to 7 bytes</td><td>gram sampler</td><td>gram sampler</td></tr>
 * <tr><td>short and long ones</td><td>both, side by side</td><td>both, side by side</td></tr>
 * <tr><td>all else</td><td>automaton</td><td>automaton</td></tr>
 * </table>
 *
 * <p>The system property {@code ouli.simd} forces the choice: {@code scalar}, or a vector width of {@code 128},
 * {@code 256} or {@code 512} bits, the machine's widest where it has none so wide; {@code auto} is the default. Vectors
 * need {@code --add-modules jdk.incubator.vector}; without it everything works, scalar.
 */
public final class LiteralSearchers {
    /** The shortest literal whose grams can be sampled with a stride that pays. */
    private static final int LONG_LENGTH = 8;
    private static final String FORCED = System.getProperty("ouli.simd", "auto");
    private static final boolean MODULE = hasVectorModule();
    private static final boolean VECTORS = MODULE && !FORCED.equals("scalar");

    private LiteralSearchers() {
    }

    /** Looks for it by hand: what the JDK offers for that takes a stream, which is loaded for it when a start waits. */
    private static boolean hasVectorModule() {
        for (final Module module : ModuleLayer.boot().modules()) {
            if ("jdk.incubator.vector".equals(module.getName())) {
                return true;
            }
        }
        return false;
    }

    private static void checkProperty() {
        switch (FORCED) {
            case "auto", "scalar" -> { }
            case "128", "256", "512" -> {
                if (!MODULE) {
                    throw new IllegalStateException("ouli.simd=" + FORCED
                            + " needs the vector module: start Java with --add-modules jdk.incubator.vector");
                }
            }
            default -> throw new IllegalStateException(
                    "ouli.simd=" + FORCED + " is unknown; it is auto, scalar, 128, 256 or 512");
        }
    }

    /** {@return whether searchers may use vectors in this process} */
    public static boolean vectorsInUse() {
        return VECTORS;
    }

    /**
     * {@return the fastest searcher for a set}
     *
     * @throws IllegalStateException if {@code ouli.simd} asks for what is not there.
     */
    public static LiteralSearcher forSet(final LiteralSet literals) {
        checkProperty();
        final LiteralSearcher automaton = Automaton.of(literals);
        if (VECTORS && VectorSearchers.packedPairSuits(literals)) {
            return VectorSearchers.packedPair(literals, automaton);
        }
        if (literals.size() > 0 && literals.minLength() >= LONG_LENGTH) {
            return new SamplingSearcher(literals, automaton);
        }
        if (literals.maxLength() >= LONG_LENGTH) {
            return split(literals);
        }
        if (VECTORS && VectorSearchers.teddySuits(literals)) {
            return VectorSearchers.teddy(literals, automaton);
        }
        if (literals.size() > 0 && literals.size() <= RareByteSearcher.MAX_LITERALS) {
            return new RareByteSearcher(literals, automaton);
        }
        return literals.minLength() >= SamplingSearcher.MIN_LENGTH
                ? new SamplingSearcher(literals, automaton)
                : automaton;
    }

    private static LiteralSearcher split(final LiteralSet literals) {
        final int[] shorts =
                IntStream.range(0, literals.size()).filter(i -> literals.length(i) < LONG_LENGTH).toArray();
        final int[] longs =
                IntStream.range(0, literals.size()).filter(i -> literals.length(i) >= LONG_LENGTH).toArray();
        return new SplitSearcher(
                literals, forSet(literals.subset(shorts)), shorts, forSet(literals.subset(longs)), longs);
    }

    /** {@return which searcher was chosen and why, for a log line} */
    public static String describe(final LiteralSearcher searcher) {
        final LiteralSet literals = searcher.literals();
        final String lengths = literals.size() == 0 ? "" : " of " + literals.minLength() + " to " + literals.maxLength()
                + " bytes";
        return searcher.name() + " for " + literals.size() + " literals" + lengths + " (ouli.simd=" + FORCED
                + (MODULE ? "" : ", no vector module") + ")";
    }

    /** {@return the automaton of a set: the specification that every other searcher is held against} */
    public static LiteralSearcher automaton(final LiteralSet literals) {
        return Automaton.of(literals);
    }
}
