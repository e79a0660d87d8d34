package io.ouli.jmh;

import io.ouli.redact.LiteralSearcher;
import io.ouli.redact.LiteralSearchers;
import io.ouli.redact.LiteralSet;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Looking for secrets in a body that holds none, which is what redaction does all day. */
public class LiteralSearchBenchmark extends OuliBenchmark {
    @Param({"1", "8", "32"})
    private int literals;

    @Param({"256", "1024", "16384"})
    private int bytes;

    private byte[] body;
    private String bodyText;
    private LiteralSearcher chosen;
    private LiteralSearcher automaton;
    private List<String> strings;
    private Pattern pattern;

    /** Makes a body, and secrets as they look: a common prefix, then noise. */
    @Setup
    public void setup() {
        final SplittableRandom random = new SplittableRandom(7);
        strings = new ArrayList<>();
        for (int i = 0; i < literals; i++) {
            strings.add("sk-" + Long.toString(random.nextLong() >>> 1, 36)
                    + Long.toString(random.nextLong() >>> 1, 36));
        }
        body = Samples.json(bytes, 3);
        bodyText = new String(body, StandardCharsets.ISO_8859_1);
        final LiteralSet set = LiteralSet.of(strings.stream().map(Samples::ascii).toList());
        chosen = LiteralSearchers.forSet(set);
        automaton = LiteralSearchers.automaton(set);
        pattern = Pattern.compile(strings.stream().map(Pattern::quote).collect(Collectors.joining("|")));
    }

    /** Ours: the searcher that is chosen for the set where vectors may be used. */
    @Benchmark
    @Fork(value = JVMS, jvmArgsAppend = {GC, HEAP, HEADERS, NATIVE, UNSAFE, VECTORS})
    public long chosenWithVectors() {
        return chosen.find(body, 0, body.length);
    }

    /** Ours: the searcher that is chosen for the set without vectors. */
    @Benchmark
    public long chosenScalar() {
        return chosen.find(body, 0, body.length);
    }

    /** Ours: the specification. */
    @Benchmark
    public long automaton() {
        return automaton.find(body, 0, body.length);
    }

    /** The naive way: once through the text for each secret. */
    @Benchmark
    public int indexOfEach() {
        int found = 0;
        for (final String literal : strings) {
            found += bodyText.indexOf(literal) >= 0 ? 1 : 0;
        }
        return found;
    }

    /** The JDK's way: one alternation. */
    @Benchmark
    public boolean regex() {
        return pattern.matcher(bodyText).find();
    }
}
