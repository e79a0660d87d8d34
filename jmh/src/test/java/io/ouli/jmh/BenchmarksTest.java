package io.ouli.jmh;

import io.ouli.engine.core.LazyLogger;
import io.ouli.engine.fingerprint.FormBenchmark;
import java.lang.System.Logger.Level;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.VerboseMode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Benchmarks that do not do what they say are worse than none: each one's work is checked once, without a clock. */
class BenchmarksTest {
    private static final Set<Class<?>> BENCHMARKS = Set.of(FingerprintBenchmark.class, ParseBenchmark.class,
            LookupBenchmark.class, TrackerBenchmark.class, LiteralSearchBenchmark.class, AppendBenchmark.class,
            RedactBenchmark.class, RecordRedactionBenchmark.class, ReplayBenchmark.class, OpenBenchmark.class,
            LookupScaleBenchmark.class, ShortLiteralBenchmark.class, BulkSearchBenchmark.class,
            HostileTextBenchmark.class, MonitoringBenchmark.class, GetFingerprintBenchmark.class,
            FormBenchmark.class, ContendedTrackerBenchmark.class,
            FrameBufferBenchmark.class, PipelineBenchmark.class, StepBenchmark.class, BatchDigestBenchmark.class);

    @Test
    void shouldFindEveryBenchmarkInTheList() {
        final Set<String> expected = BENCHMARKS.stream().flatMap(type -> Arrays.stream(type.getMethods())
                .filter(method -> method.isAnnotationPresent(Benchmark.class))
                .map(method -> type.getName() + '.' + method.getName())).collect(Collectors.toSet());
        final Set<String> listed = BenchmarkList.defaultList()
                .getAll(OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT), List.of())
                .stream().map(entry -> entry.getUsername()).collect(Collectors.toSet());
        assertEquals(expected, listed);
    }

    /** A JVM that JMH starts makes a benchmark before anything else of ours, and with it what all of them share. */
    @Test
    void shouldLetOnlyWarningsOfTheEngineBetweenTheLinesOfJmh() throws Exception {
        for (final Class<?> type : BENCHMARKS) {
            assertTrue(OuliBenchmark.class.isAssignableFrom(type), type::getName);
        }
        Class.forName(OuliBenchmark.class.getName());
        final LazyLogger logger = new LazyLogger("io.ouli.engine");
        assertFalse(logger.isLoggable(Level.INFO));
        assertTrue(logger.isLoggable(Level.WARNING));
    }

    @Test
    void shouldMakeDocumentsOfTheSizeAskedFor() {
        for (final int length : new int[] {100, 1_000, 10_000, 100_000}) {
            final int made = Samples.json(length, 1).length;
            assertTrue(Math.abs(made - length) < 110, () -> made + " bytes for " + length);
        }
    }

    @Test
    void shouldFindEveryKeyOfTheSampleRecording() throws Exception {
        try (SampleRecording sample = SampleRecording.create(500, 3)) {
            assertEquals(1_500, sample.interactionCount());
            for (int i = 0; i < 500; i++) {
                final long slot = sample.find(sample.keys(), i * 32, 2);
                assertTrue(slot >= 0);
                assertTrue(sample.isLast(slot));
                assertTrue(sample.hasKey(slot, sample.keys(), i * 32));
                assertTrue(sample.recording().verify(slot));
                assertTrue(sample.find(sample.keys(), i * 32, 3) < 0);
            }
        }
    }

    @Test
    void shouldFindTheSameDigestTogetherAndOneByOne() throws Exception {
        final BatchDigestBenchmark benchmark = new BatchDigestBenchmark();
        benchmark.setup();
        assertArrayEquals(benchmark.oneByOne(), benchmark.together().toArray(ValueLayout.JAVA_BYTE));
    }

    @Test
    void shouldParseTheSamples() {
        assertEquals(3, Samples.parse(Samples.smallGet()).headers().count());
        assertEquals(13, Samples.parse(Samples.browserGet()).headers().count());
        assertEquals(42, Samples.post("application/json", 42).contentLength());
    }
}
