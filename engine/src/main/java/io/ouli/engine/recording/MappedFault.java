package io.ouli.engine.recording;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What it means that memory which a file is mapped to cannot be read: the file was cut, or the disk fails. */
final class MappedFault {
    static final String CUT = "the file was cut while it was open";
    static final String UNREADABLE = "the disk cannot read it";

    private MappedFault() {
    }

    /** {@return whether a file is no longer as long as its mapping; one that has lost its name counts as cut} */
    static boolean isCut(final Path path, final long mappedBytes) {
        try {
            return Files.size(path) < mappedBytes;
        } catch (final IOException e) {
            return true;
        }
    }

    /** {@return what happened, for people} */
    static String problem(final Path path, final long mappedBytes) {
        return isCut(path, mappedBytes) ? CUT : UNREADABLE;
    }
}
