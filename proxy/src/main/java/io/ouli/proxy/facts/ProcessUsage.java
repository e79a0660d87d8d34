package io.ouli.proxy.facts;

import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What a process and its children have used so far.
 *
 * @param userNanos   processor time in user mode, in steps of 10 ms.
 * @param systemNanos processor time in the kernel on their behalf, in steps of 10 ms.
 * @param rssBytes    resident memory now, file mappings included.
 * @param pssBytes    the same with each shared page divided by the number of its users.
 */
public record ProcessUsage(long userNanos, long systemNanos, long rssBytes, long pssBytes) {
    /** USER_HZ, in which the kernel reports to user space, is 100 on every architecture that Java 25 runs on. */
    static final long NANOS_PER_TICK = 10_000_000L;
    private static final int UTIME = 11;
    private static final int STIME = 12;

    /** Reads a process with all its descendants, so that a server's workers are counted too. */
    public static ProcessUsage ofTree(final ProcessHandle root) {
        return Stream.concat(Stream.of(root), root.descendants())
                .map(process -> read(Path.of("/proc", Long.toString(process.pid()))))
                .reduce(new ProcessUsage(0, 0, 0, 0), ProcessUsage::plus);
    }

    /** Reads one process from its folder below {@code /proc}; all zero if it is gone. */
    static ProcessUsage read(final Path folder) {
        final String rollup = ProcFiles.text(folder.resolve("smaps_rollup"));
        return parse(ProcFiles.text(folder.resolve("stat")), rollup);
    }

    static ProcessUsage parse(final String stat, final String rollup) {
        // The second field is the command's name in parentheses and may itself hold blanks and parentheses.
        final int nameEnd = stat.lastIndexOf(')');
        if (nameEnd < 0) {
            return new ProcessUsage(0, 0, 0, 0);
        }
        final String[] fields = stat.substring(nameEnd + 1).trim().split(" ");
        return new ProcessUsage(
                Long.parseLong(fields[UTIME]) * NANOS_PER_TICK,
                Long.parseLong(fields[STIME]) * NANOS_PER_TICK,
                kilobytes(rollup, "Rss"),
                kilobytes(rollup, "Pss"));
    }

    /** {@return processor time of both kinds, in nanoseconds} */
    public long cpuNanos() {
        return userNanos + systemNanos;
    }

    private ProcessUsage plus(final ProcessUsage other) {
        return new ProcessUsage(userNanos + other.userNanos, systemNanos + other.systemNanos,
                rssBytes + other.rssBytes, pssBytes + other.pssBytes);
    }

    private static long kilobytes(final String rollup, final String name) {
        final String value = ProcFiles.value(rollup, name);
        return value.isEmpty() ? 0 : Long.parseLong(value.split(" ")[0]) << 10;
    }
}
