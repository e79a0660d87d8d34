package io.ouli.engine.core;

import io.ouli.engine.OuliException;
import io.ouli.ffm.ErrnoCapture;
import io.ouli.ffm.LibcScheduler;
import io.ouli.ffm.Native;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** The processors that this process may use, and the ones that workers are pinned to. */
public final class Cpus {
    /** Stands for no pinning. */
    public static final int ANY = -1;

    /** 0 for the kernel's own slices; 100 is the shortest that the kernel takes. docs/adr/029 */
    private static final long SLICE_NANOS = TimeUnit.MICROSECONDS.toNanos(Long.getLong("ouli.slice.micros", 0));
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String ALLOWED_PREFIX = "Cpus_allowed_list:";

    private Cpus() {
    }

    /** {@return the processors that this process may use, in ascending order} */
    public static int[] allowed() {
        try {
            for (final String line : Files.readAllLines(STATUS)) {
                if (line.startsWith(ALLOWED_PREFIX)) {
                    return parseList(line.substring(ALLOWED_PREFIX.length()).trim());
                }
            }
        } catch (final IOException e) {
            // Not Linux: the count is all that the JDK tells.
        }
        return IntStream.range(0, Runtime.getRuntime().availableProcessors()).toArray();
    }

    /**
     * Chooses a processor for each worker.
     *
     * @param spec    {@code none}, {@code auto} (the allowed ones in order) or a list such as {@code 0,2-3}.
     * @param workers how many are needed.
     * @return one processor a worker, or {@link #ANY}.
     * @throws OuliException if the list is malformed, too short, or names a processor that may not be used.
     */
    public static int[] choose(final String spec, final int workers) {
        final int[] chosen = new int[workers];
        if (spec.equals("none")) {
            Arrays.fill(chosen, ANY);
            return chosen;
        }
        final int[] allowed = allowed();
        final int[] wanted = spec.equals("auto") ? allowed : parse(spec);
        for (final int cpu : wanted) {
            if (Arrays.binarySearch(allowed, cpu) < 0) {
                throw new OuliException("--pin " + spec + ": processor " + cpu + " may not be used by this process; "
                        + "allowed are " + Arrays.toString(allowed));
            }
        }
        if (wanted.length < workers) {
            throw new OuliException("--pin " + spec + " names " + wanted.length + " processors for " + workers
                    + " workers; name more, or start fewer with --workers");
        }
        return Arrays.copyOf(wanted, workers);
    }

    /** Binds the calling thread to one processor. */
    static void pinCurrentThread(final int cpu) {
        if (!Native.available()) {
            throw new OuliException("pinning to processor " + cpu + " needs native access: "
                    + Native.unavailabilityCause() + "; or run with --pin none");
        }
        final int result = LibcScheduler.pinCurrentThread(new ErrnoCapture(), cpu);
        if (result < 0) {
            throw new OuliException("this thread may not be pinned to processor " + cpu + " (errno " + -result
                    + "); name another one, or run with --pin none");
        }
    }

    /**
     * Lets the calling thread have its turn soon after each wait though others, such as the virtual machine's own
     * compiler, work on the same processor: it asks for short slices (6.12), if it is told to. Where that cannot be,
     * nothing changes.
     *
     * @return whether the kernel grants it.
     */
    public static boolean shortenSlices() {
        return SLICE_NANOS > 0 && Native.available() && LibcScheduler.setSlice(new ErrnoCapture(), SLICE_NANOS) > 0;
    }

    private static int[] parse(final String spec) {
        try {
            return parseList(spec);
        } catch (final NumberFormatException e) {
            throw new OuliException("--pin " + spec + " is neither none, auto nor a list such as 0,2-3", e);
        }
    }

    /** Parses the kernel's list format: {@code 0-1,4}. */
    static int[] parseList(final String list) {
        final List<Integer> cpus = new ArrayList<>();
        for (final String part : list.split(",", -1)) {
            final int dash = part.indexOf('-', 1);
            final int first = Integer.parseInt(dash < 0 ? part : part.substring(0, dash));
            final int last = dash < 0 ? first : Integer.parseInt(part.substring(dash + 1));
            if (first < 0 || last < first || last > 1 << 16) {
                throw new NumberFormatException(part);
            }
            for (int cpu = first; cpu <= last; cpu++) {
                cpus.add(cpu);
            }
        }
        return cpus.stream().mapToInt(Integer::intValue).distinct().toArray();
    }
}
