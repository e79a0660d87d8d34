package io.ouli.proxy.cli;

import io.ouli.engine.recording.Catalogue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

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
        forEach(names, path -> List.of(), consumer);
    }

    /**
     * Hands over each recording, and of each folder also what stands beside them: what is set aside because of a
     * secret, or as it was before a recovery, is what gets committed by mistake.
     */
    static void forEachWithAside(final List<String> names, final Consumer<Path> consumer) {
        forEach(names, RecordingFiles::aside, consumer);
    }

    private static List<Path> aside(final Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().matches(".*\\.ouli(\\.quarantine|~damaged)"))
                    .sorted().toList();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void forEach(
            final List<String> names, final Function<Path, List<Path>> aside, final Consumer<Path> consumer) {
        for (final String name : names) {
            if (name.isEmpty()) {
                throw new CliException(ExitCode.USAGE, "an empty name; name a recording or a folder of them");
            }
            final Path path = Path.of(name);
            if (Files.isDirectory(path)) {
                final int[] count = {0};
                try (Catalogue catalogue = new Catalogue(path)) {
                    catalogue.forEachFile(file -> {
                        count[0]++;
                        consumer.accept(file);
                    });
                }
                final List<Path> more = aside.apply(path);
                more.forEach(consumer);
                if (count[0] == 0 && more.isEmpty()) {
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
