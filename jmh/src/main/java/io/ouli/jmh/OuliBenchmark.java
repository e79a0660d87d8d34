package io.ouli.jmh;

import io.ouli.engine.core.LazyLogger;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What all benchmarks share: nanoseconds a call, three JVMs of five iterations each, the flags of the launcher.
 *
 * <p>Three JVMs, because what the JIT decides differs from one to the next more than iterations do.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = OuliBenchmark.JVMS, jvmArgsAppend = {OuliBenchmark.GC, OuliBenchmark.HEAP, OuliBenchmark.HEADERS,
    OuliBenchmark.NATIVE, OuliBenchmark.UNSAFE})
@State(Scope.Thread)
public abstract class OuliBenchmark {
    static final int JVMS = 3;
    static final String GC = "-XX:+UseSerialGC";
    static final String HEAP = "-Xms2g";
    static final String HEADERS = "-XX:+UseCompactObjectHeaders";
    static final String NATIVE = "--enable-native-access=ALL-UNNAMED";
    /** JMH's own need, not ours. */
    static final String UNSAFE = "--sun-misc-unsafe-memory-access=allow";
    /** For kernels that use the Vector API; everything else is measured without it, as the launcher starts it. */
    static final String VECTORS = "--add-modules=jdk.incubator.vector";

    static {
        // What the engine tells of itself would stand between JMH's lines; warnings say that a figure may be wrong.
        LazyLogger.setLeast(System.Logger.Level.WARNING);
    }
}
