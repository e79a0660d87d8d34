package io.ouli.engine.events;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Whether this process was started with a flight recording: seen in what it was started with, since a look at the
 * recorder itself would load it, which takes a start longer than all of this.
 */
final class StartedRecording {
    private static final String FLAG = "-XX:StartFlightRecording";
    private static final String[] VARIABLES = {"JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS"};
    /** Linux has the words of the command line there, each ended by a zero. */
    private static final String COMMAND_LINE = "/proc/self/cmdline";
    /** Options of the virtual machine stand before the program's, which may be of any length. */
    private static final int MOST_BYTES = 64 << 10;

    private StartedRecording() {
    }

    static boolean isThere() {
        for (final String variable : VARIABLES) {
            final String options = System.getenv(variable);
            if (options != null && options.contains(FLAG)) {
                return true;
            }
        }
        try (FileInputStream words = new FileInputStream(COMMAND_LINE)) {
            return isIn(words.readNBytes(MOST_BYTES));
        } catch (final IOException anotherSystem) {
            return false;
        }
    }

    /** {@return whether a word of a command line is the flag} */
    static boolean isIn(final byte[] words) {
        return ("\0" + new String(words, StandardCharsets.ISO_8859_1)).contains("\0" + FLAG);
    }
}
