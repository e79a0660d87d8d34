package io.ouli.engine.recording.storage;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a lock file says of the process that has the lock: {@code PID}, or {@code PID since TICKS} while the lock is
 * parked.
 *
 * <p><b>Design note:</b> process numbers come again, in containers at each start. So the time at which the process
 * began belongs to it, as {@code /proc/PID/stat} tells it (field 22); it does not change with the clock. A process of
 * another container's numbers counts as one that has ended: its writer finds out before it writes on.
 *
 * @param pid   the process's number.
 * @param ticks when it began; 0 unless the lock is parked.
 */
record LockHolder(long pid, long ticks) {
    /** Two numbers of 64 bits with a word between them are shorter. */
    static final int MAX_BYTES = 64;

    private static final String SINCE = " since ";
    private static final int START_FIELD = 22;
    /** Field 2 is a name in parentheses, in which anything may stand; so the third is the first behind the last one. */
    private static final int FIRST_FIELD = 3;

    /** {@return what a lock file says; null if that is nothing that a lock wrote} */
    static LockHolder parse(final String text) {
        final int since = text.indexOf(SINCE);
        try {
            return text.isEmpty() ? null : since < 0 ? new LockHolder(Long.parseLong(text), 0) : new LockHolder(
                    Long.parseLong(text.substring(0, since)), Long.parseLong(text.substring(since + SINCE.length())));
        } catch (final NumberFormatException e) {
            return null;
        }
    }

    /** {@return this process, as the holder of a parked lock; null where it cannot be told when it began} */
    static LockHolder parked() {
        final long pid = ProcessHandle.current().pid();
        final long ticks = startTicks(pid);
        return ticks <= 0 ? null : new LockHolder(pid, ticks);
    }

    /** {@return whether another process, which lives, has parked the lock} */
    boolean isParkedElsewhere() {
        return ticks > 0 && startTicks(pid) == ticks && pid != ProcessHandle.current().pid();
    }

    /** {@return the process, for people} */
    String name() {
        return "process " + pid;
    }

    /** {@return what the lock file is to say} */
    String text() {
        return pid + " since " + ticks;
    }

    /** {@return when a process began, in ticks since the machine did; -1 if there is none, or it is not told} */
    private static long startTicks(final long pid) {
        try {
            final String stat =
                    Files.readString(Path.of("/proc", Long.toString(pid), "stat"), StandardCharsets.ISO_8859_1);
            final String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return Long.parseLong(fields[START_FIELD - FIRST_FIELD]);
        } catch (final IOException | RuntimeException e) {
            return -1;
        }
    }
}
