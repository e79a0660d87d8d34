package io.ouli.engine.core;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How many files this process may have open at once. */
public final class OpenFileLimit {
    /** Where it is not told. */
    static final long UNKNOWN = 1_024;

    private static final String NAME = "Max open files ";

    private OpenFileLimit() {
    }

    /** {@return the limit as the kernel tells it, {@link Long#MAX_VALUE} if there is none} Reads a small file. */
    public static long get() {
        try {
            return parse(Files.readString(Path.of("/proc/self/limits")));
        } catch (final IOException e) {
            return UNKNOWN;
        }
    }

    static long parse(final String limits) {
        for (final String line : limits.split("\n")) {
            if (line.startsWith(NAME)) {
                final String soft = line.substring(NAME.length()).strip().split(" ")[0];
                return soft.equals("unlimited") ? Long.MAX_VALUE : toNumber(soft);
            }
        }
        return UNKNOWN;
    }

    private static long toNumber(final String text) {
        try {
            return Long.parseLong(text);
        } catch (final NumberFormatException e) {
            return UNKNOWN;
        }
    }
}
