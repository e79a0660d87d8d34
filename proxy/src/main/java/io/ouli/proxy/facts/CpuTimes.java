package io.ouli.proxy.facts;

import java.nio.file.Path;

/**
 * The machine's processor time since boot, in kernel ticks; the difference of two says what happened between them.
 *
 * @param total all states together.
 * @param idle  idle and waiting for disks.
 * @param steal taken by other virtual machines while this one wanted to run.
 */
public record CpuTimes(long total, long idle, long steal) {
    private static final int IDLE = 4;
    private static final int IO_WAIT = 5;
    private static final int STEAL = 8;

    /** Reads the machine's times; all zero where there is no {@code /proc/stat}. */
    public static CpuTimes read() {
        return parse(ProcFiles.text(Path.of("/proc/stat")));
    }

    /** Parses {@code /proc/stat}. Guest time is part of user time already and is not added again. */
    static CpuTimes parse(final String stat) {
        final String[] fields = stat.lines().findFirst().orElse("").trim().split("\\s+");
        if (!"cpu".equals(fields[0])) {
            return new CpuTimes(0, 0, 0);
        }
        long total = 0;
        for (int i = 1; i <= STEAL && i < fields.length; i++) {
            total += Long.parseLong(fields[i]);
        }
        return new CpuTimes(total, field(fields, IDLE) + field(fields, IO_WAIT), field(fields, STEAL));
    }

    /** {@return which share of all processor time was stolen since {@code earlier}, 0 to 100} */
    public double stealPercentSince(final CpuTimes earlier) {
        return percent(steal - earlier.steal, total - earlier.total);
    }

    /** {@return which share of all processor time was used by anybody since {@code earlier}, 0 to 100} */
    public double busyPercentSince(final CpuTimes earlier) {
        final long whole = total - earlier.total;
        return percent(whole - (idle - earlier.idle), whole);
    }

    /**
     * {@return which share of all processor time other processes used since {@code earlier}, 0 to 100}
     *
     * @param oursNanos what the processes that are meant to run have used meanwhile.
     */
    public double othersPercentSince(final CpuTimes earlier, final long oursNanos) {
        final long whole = total - earlier.total;
        final long busy = whole - (idle - earlier.idle) - (steal - earlier.steal);
        return Math.max(0, percent(busy - oursNanos / ProcessUsage.NANOS_PER_TICK, whole));
    }

    private static double percent(final long part, final long whole) {
        return whole <= 0 ? 0 : 100.0 * part / whole;
    }

    private static long field(final String[] fields, final int index) {
        return index < fields.length ? Long.parseLong(fields[index]) : 0;
    }
}
