package io.ouli.proxy.facts;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads the small text files of {@code /proc} and {@code /sys}. */
public final class ProcFiles {
    private ProcFiles() {
    }

    /** {@return the whole text; empty if it cannot be read: another system, no permission, a process that ended} */
    public static String text(final Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
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
