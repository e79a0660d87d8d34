package io.ouli.perf.matrix;

import io.ouli.engine.OuliException;
import io.ouli.perf.corpus.Corpus;
import io.ouli.perf.result.BenchResult;
import io.ouli.perf.result.Subject;
import io.ouli.perf.result.WrongInputException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class MatrixTest {
    private static final String CPU = "cpuMicrosPerRequest";

    @Test
    void shouldTurnEachKnobOnEachTransportAndOfferOnlyTheWidthsThatAreThere() {
        final List<String> wide = MatrixPlan.cells("avx2 avx512bw").stream().map(MatrixPlan.Cell::name).toList();
        final List<String> narrow = MatrixPlan.cells("sse4_2").stream().map(MatrixPlan.Cell::name).toList();

        assertEquals(wide.size(), wide.stream().distinct().count());
        assertTrue(wide.containsAll(List.of("base/io_uring", "base/nio", "simd-512/nio", "gc-z/io_uring",
                "pages-4k/nio", "pages-faulted/io_uring", "pages-cold/io_uring")), wide + "");
        assertTrue(narrow.contains("simd-128/nio"), narrow + "");
        assertFalse(narrow.contains("simd-256/nio"), narrow + "");
    }

    @Test
    void shouldMeasureTheRowsThatAreAskedFor() {
        assertEquals(List.of("base/io_uring", "base/nio", "metrics-off/io_uring", "metrics-off/nio"),
                MatrixPlan.cells("avx2", List.of("metrics-off", "base")).stream().map(MatrixPlan.Cell::name).toList());
        final OuliException wrong =
                assertThrows(OuliException.class, () -> MatrixPlan.cells("avx2", List.of("simd-512")));
        assertTrue(wrong.getMessage().startsWith("there is no row simd-512 here; there is base, "), wrong.getMessage());
    }

    @Test
    void shouldNameTheBestAndWhatIsInsideItsNoise() {
        final List<String> lines = MatrixVerdict.of(List.of(subject("base/nio", 13.0, 13.1, 12.9),
                subject("base/io_uring", 10.4, 10.2, 10.6), subject("pinned/io_uring", 10.0, 10.5, 9.9)), CPU, "CPU");

        assertTrue(lines.getFirst().contains("best is pinned/io_uring"), lines + "");
        assertTrue(lines.contains("  inside the noise of it: base/io_uring"), lines + "");
    }

    @Test
    void shouldTakeTheResultOfAnotherRunForWrongUsage(@TempDir final Path folder) {
        final Path file = folder.resolve("matrix.json");
        new BenchResult("matrix", "2026-01-01T00:00:00Z", Map.of(), Map.of("rounds", "2"), List.of(),
                List.of(subject("base/nio", 1))).write(file);

        final Matrix matrix = new Matrix(null, 3, 0, file, new PrintWriter(Writer.nullWriter()));
        final WrongInputException wrong = assertThrows(WrongInputException.class, () -> matrix.run(
                Corpus.generated(1, 64, 0, 1), "avx2", List.of("base"), Map.of("rounds", "3"), Instant.EPOCH));
        assertTrue(wrong.getMessage().contains("matrix.json holds another run"), wrong.getMessage());
    }

    @Test
    void shouldTryAgainWhatCouldNotBeStartedInTheRunBefore(@TempDir final Path folder) throws Exception {
        final Path file = folder.resolve("matrix.json");
        new BenchResult("matrix", "2026-01-01T00:00:00Z", Map.of(), Map.of("rounds", "2"),
                List.of("base/nio was skipped: it is not built", "a busy machine"), List.of(subject("base/io_uring", 1),
                        new Subject("base/nio", "", List.of(Map.of(), Map.of()), null))).write(file);

        final BenchResult result = new Matrix(null, 2, -1, file, new PrintWriter(Writer.nullWriter())).run(
                Corpus.generated(1, 64, 0, 1), "avx2", List.of("base"), Map.of("rounds", "2"), Instant.EPOCH);
        assertTrue(result.warnings().contains(
                "the budget of 0 s ended after 1 of 4 measurements; the same command goes on from there"),
                result.warnings().toString());
        assertTrue(result.warnings().contains("a busy machine"), result.warnings().toString());
        assertFalse(result.warnings().toString().contains("skipped"), result.warnings().toString());
    }

    @Test
    void shouldTellNothingApartByOneRound() {
        assertFalse(MatrixVerdict.differs(subject("a", 1), subject("b", 100), CPU));
        assertEquals(List.of("CPU: nothing was measured"), MatrixVerdict.of(List.of(), CPU, "CPU"));
    }

    private static Subject subject(final String name, final double... rounds) {
        return new Subject(name, "", DoubleStream.of(rounds).mapToObj(value -> Map.of(CPU, value)).toList(), null);
    }
}
