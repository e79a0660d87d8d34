package io.ouli.perf.pairs;

import io.ouli.perf.load.LoadException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The processor time of a proxy's workers as the scheduler counts it, in nanoseconds; {@code stat} counts steps of
 * 10 ms. What other threads use, compilers and collectors, is left out: it is not a request's.
 */
final class WorkerTime {
    private static final String WORKERS = "ouli-worker-";

    private final List<Path> counts;

    private WorkerTime(final List<Path> counts) {
        this.counts = counts;
    }

    /** Finds the workers of a process or of its children; a {@link LoadException} says what the kernel lacks. */
    static WorkerTime of(final ProcessHandle root) {
        return of(Stream.concat(Stream.of(root), root.descendants())
                .map(process -> Path.of("/proc", Long.toString(process.pid()), "task")).toList());
    }

    /** Finds the workers among the threads in such folders. */
    static WorkerTime of(final List<Path> processes) {
        final List<Path> counts = processes.stream().flatMap(WorkerTime::threads)
                .filter(thread -> text(thread.resolve("comm")).startsWith(WORKERS))
                .map(thread -> thread.resolve("schedstat")).toList();
        if (counts.isEmpty()) {
            throw new LoadException("the server has no thread named " + WORKERS + "…, so its time cannot be told");
        }
        final WorkerTime time = new WorkerTime(counts);
        if (time.nanos() == 0) {
            throw new LoadException(counts.getFirst() + " tells no time; the kernel needs CONFIG_SCHED_INFO");
        }
        return time;
    }

    /** {@return what they have used so far} */
    long nanos() {
        long nanos = 0;
        for (final Path count : counts) {
            final String text = text(count);
            nanos += text.isBlank() ? 0 : Long.parseLong(text.substring(0, text.indexOf(' ')));
        }
        return nanos;
    }

    private static Stream<Path> threads(final Path folder) {
        try (Stream<Path> threads = Files.list(folder)) {
            return threads.toList().stream();
        } catch (final IOException gone) {
            return Stream.empty();
        }
    }

    private static String text(final Path file) {
        try {
            return Files.readString(file);
        } catch (final IOException gone) {
            return "";
        }
    }
}
