package io.ouli.proxy.cli;

import io.ouli.engine.recording.Catalogue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** Finds the recordings that a command's arguments name: files, and folders of them. */
final class RecordingFiles {
    private RecordingFiles() {
    }

    /**
     * Hands over each recording, one by one: a folder may be of any size.
     *
     * @throws CliException if something is not there, or a folder has no recordings.
     */
    static void forEach(final List<String> names, final Consumer<Path> consumer) {
        for (final String name : names) {
            final Path path = Path.of(name);
            if (Files.isDirectory(path)) {
                final int[] count = {0};
                try (Catalogue catalogue = new Catalogue(path)) {
                    catalogue.forEachSession(session -> {
                        count[0]++;
                        consumer.accept(catalogue.file(session));
                    });
                }
                if (count[0] == 0) {
                    throw new CliException(ExitCode.USAGE, path + " has no recordings, which end with .ouli");
                }
            } else if (Files.exists(path)) {
                consumer.accept(path);
            } else {
                throw new CliException(ExitCode.USAGE, path + " does not exist; name a recording or a folder of them");
            }
        }
    }
}
