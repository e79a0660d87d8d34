package io.ouli.perf.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The processor time of a process and its children, thread by thread, as the scheduler counts it in nanoseconds; {@code
 * stat} counts steps of 10 ms, a tenth of a short slice. A thread that has ended meanwhile does not count.
 */
public final class SchedulerTime {
    private static final List<String> COMPILERS = List.of("C1 ", "C2 ");

    private final List<Path> processes;
    private Map<Path, Long> before = Map.of();
    private long allNanos;
    private long compilerNanos;

    /** Finds the processes, and begins to count; children that come later are left out. */
    public SchedulerTime(final ProcessHandle root) {
        this(Stream.concat(Stream.of(root), root.descendants())
                .map(process -> Path.of("/proc", Long.toString(process.pid()), "task")).toList());
    }

    /** Counts the threads in such folders. */
    SchedulerTime(final List<Path> processes) {
        this.processes = processes;
        before = read();
    }

    /** Ends the count. */
    public void end() {
        final Map<Path, Long> after = read();
        allNanos = 0;
        compilerNanos = 0;
        for (final Map.Entry<Path, Long> thread : after.entrySet()) {
            final long nanos = thread.getValue() - before.getOrDefault(thread.getKey(), 0L);
            allNanos += nanos;
            if (nanos > 0 && COMPILERS.stream().anyMatch(text(thread.getKey().resolve("comm"))::startsWith)) {
                compilerNanos += nanos;
            }
        }
    }

    /** {@return what all threads used until {@link #end}; 0 where the kernel does not tell} */
    public long allNanos() {
        return allNanos;
    }

    /** {@return what a virtual machine's compilers used of it} */
    public long compilerNanos() {
        return compilerNanos;
    }

    private Map<Path, Long> read() {
        final Map<Path, Long> times = new HashMap<>();
        for (final Path process : processes) {
            try (Stream<Path> threads = Files.list(process)) {
                threads.forEach(thread -> times.put(thread, nanos(text(thread.resolve("schedstat")))));
            } catch (final IOException gone) {
                continue;
            }
        }
        return times;
    }

    private static long nanos(final String schedstat) {
        final int end = schedstat.indexOf(' ');
        return end < 0 ? 0 : Long.parseLong(schedstat.substring(0, end));
    }

    private static String text(final Path file) {
        try {
            return Files.readString(file);
        } catch (final IOException gone) {
            return "";
        }
    }
}
