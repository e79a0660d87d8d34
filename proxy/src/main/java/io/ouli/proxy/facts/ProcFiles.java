package io.ouli.proxy.facts;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads the small text files of {@code /proc} and {@code /sys}. */
public final class ProcFiles {
    private static final int PART_BYTES = 1 << 14;

    private ProcFiles() {
    }

    /**
     * {@return the whole text; empty if it cannot be read: another system, no permission, a process that ended}
     *
     * <p>A number in {@code /proc/sys} is told from its first digit or not at all: whoever reads one byte first, as
     * {@link Files#readAllBytes} does with a file that says it is empty, gets no more than that.
     */
    public static String text(final Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            final ByteArrayOutputStream text = new ByteArrayOutputStream();
            final byte[] part = new byte[PART_BYTES];
            for (int length = in.read(part); length > 0; length = in.read(part)) {
                text.write(part, 0, length);
            }
            return text.toString(StandardCharsets.ISO_8859_1);
        } catch (final IOException e) {
            return "";
        }
    }

    /** {@return the value after {@code name} and a colon, without white space; empty if there is none} */
    public static String value(final String text, final String name) {
        return text.lines()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(name.length()).stripLeading())
                .filter(rest -> rest.startsWith(":"))
                .map(rest -> rest.substring(1).strip())
                .findFirst()
                .orElse("");
    }
}
