package io.ouli.redact;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Which searcher is chosen for which set, by whatever {@code ouli.simd} and the modules of this run are. */
class LiteralSearchersTest {
    private static final String FORCED = System.getProperty("ouli.simd", "auto");

    private static LiteralSearcher of(final int count, final int length) {
        return LiteralSearchers.forSet(LiteralSet.of(IntStream.range(0, count)
                .mapToObj(i -> Reference.bytes((i + "-xyzxyzxyzxyzxyzxyz").substring(0, length))).toList()));
    }

    @Test
    void shouldChooseByCountAndLength() {
        final boolean vectors = LiteralSearchers.vectorsInUse();
        assertTrue(of(1, 20).name().startsWith(vectors ? "packed pair" : "gram sampler"));
        assertTrue(of(3, 20).name().startsWith("gram sampler (stride 16)"));
        assertTrue(of(256, 12).name().startsWith("gram sampler"));
        assertTrue(of(10, 4).name().startsWith(vectors ? "Teddy" : "gram sampler"));
        assertTrue(of(17, 6).name().startsWith("gram sampler"));
        assertTrue(of(40, 3).name().contains("utomaton"));
        assertTrue(of(0, 1).name().contains("utomaton"));
    }

    @Test
    void shouldUseNoWiderVectorsThanAskedFor() {
        for (final LiteralSearcher searcher : List.of(of(1, 20), of(10, 4))) {
            final Matcher bits = Pattern.compile("([0-9]+) bits").matcher(searcher.name());
            assertEquals(LiteralSearchers.vectorsInUse(), bits.find(), searcher.name());
            if (LiteralSearchers.vectorsInUse() && !FORCED.equals("auto")) {
                assertTrue(Integer.parseInt(bits.group(1)) <= Integer.parseInt(FORCED), searcher.name());
            }
        }
    }

    @Test
    void shouldSayWhatWasChosenAndWhy() {
        final String text = LiteralSearchers.describe(of(12, 12));
        assertTrue(text.startsWith(
                "gram sampler (stride 9) for 12 literals of 12 to 12 bytes (ouli.simd=" + FORCED), text);
        assertEquals(!LiteralSearchers.vectorsInUse(), text.contains("no vector module"), text);
    }
}
