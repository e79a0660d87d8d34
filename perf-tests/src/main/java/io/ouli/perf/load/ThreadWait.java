package io.ouli.perf.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** How long the calling thread has waited for a core although it was ready to run, as the kernel counts it. */
final class ThreadWait {
    private static final Path SCHEDSTAT = Path.of("/proc/thread-self/schedstat");

    private ThreadWait() {
    }

    /** {@return nanoseconds since the thread began; 0 where the kernel does not tell} */
    static long nanos() {
        try {
            return parse(new String(Files.readAllBytes(SCHEDSTAT), StandardCharsets.US_ASCII));
        } catch (final IOException e) {
            return 0;
        }
    }

    /** Parses "time on a core, time waiting for one, slices". */
    static long parse(final String schedstat) {
        final String[] fields = schedstat.strip().split(" ");
        return fields.length < 2 ? 0 : Long.parseLong(fields[1]);
    }
}
