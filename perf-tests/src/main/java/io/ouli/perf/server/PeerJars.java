package io.ouli.perf.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The jars of servers to compare with, which are fetched only when asked for. */
final class PeerJars {
    /** Why such a server cannot be started, with the command that fetches every one. */
    static final String MISSING = "its jar is not there; fetch it: "
            + "mvn -Ppeers -f perf-tests/pom.xml org.apache.maven.plugins:maven-dependency-plugin:copy@peers";

    private PeerJars() {
    }

    /** {@return the newest jar whose name begins so, or null} */
    static Path find(final Path folder, final String prefix) {
        if (!Files.isDirectory(folder)) {
            return null;
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith(prefix)
                            && file.getFileName().toString().endsWith(".jar"))
                    .sorted().reduce((one, other) -> other).orElse(null);
        } catch (final IOException e) {
            return null;
        }
    }
}
