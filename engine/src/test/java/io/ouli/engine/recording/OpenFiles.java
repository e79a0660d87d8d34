package io.ouli.engine.recording;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** What this process has open, as the kernel tells. */
public final class OpenFiles {
    /** Whether it is told here. */
    public static final boolean REAL = Files.isDirectory(Path.of("/proc/self/fd"));

    private OpenFiles() {
    }

    /** Returns how many descriptors of this process are of files in a folder; -1 where that is not told. */
    public static int in(final Path folder) throws IOException {
        if (!REAL) {
            return -1;
        }
        int count = 0;
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (final Path descriptor : descriptors) {
                try {
                    count += Files.readSymbolicLink(descriptor).startsWith(folder.toRealPath()) ? 1 : 0;
                } catch (final IOException e) {
                    continue; // Closed since it was listed.
                }
            }
        }
        return count;
    }
}
