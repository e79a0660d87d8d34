package io.ouli.jmh;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.openjdk.jmh.profile.AsyncProfiler;
import org.openjdk.jmh.profile.JavaFlightRecorderProfiler;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import picocli.CommandLine.ExitCode;

/** {@code --profile}: async-profiler in the JVMs that are measured, or the flight recorder where there is none. */
final class ForkProfiling {
    private static final String JAR_PROPERTY = "ouli.profiler";
    private static final Set<String> KINDS = Set.of("cpu", "alloc", "wall");

    private ForkProfiling() {
    }

    /**
     * Adds the profiler.
     *
     * @param typed what is sampled, and after a = the folder of the results.
     */
    static void add(final ChainedOptionsBuilder options, final String typed) throws IOException {
        final int equals = typed.indexOf('=');
        final String kind = equals < 0 ? typed : typed.substring(0, equals);
        if (!KINDS.contains(kind)) {
            System.err.println("ouli: error: --profile takes cpu, alloc or wall, not '" + kind + "'");
            System.exit(ExitCode.USAGE);
        }
        final Path folder = Files.createDirectories(
                Path.of(equals < 0 ? "ouli-" + kind : typed.substring(equals + 1)).toAbsolutePath());
        final String jar = System.getProperty(JAR_PROPERTY, "");
        if (jar.isEmpty() || !Files.isReadable(Path.of(jar))) {
            System.err.println("ouli: profile: async-profiler is not there; the flight recorder samples alone");
            options.addProfiler(JavaFlightRecorderProfiler.class, "dir=" + folder);
        } else {
            options.addProfiler(AsyncProfiler.class, "libPath=" + library(Path.of(jar), folder) + ";event=" + kind
                    + ";output=flamegraph;dir=" + folder);
        }
        System.err.println("ouli: profile: " + folder);
    }

    private static Path library(final Path jar, final Path folder) throws IOException {
        final String system = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac") ? "macos"
                : System.getProperty("os.arch").equals("aarch64") ? "linux-arm64" : "linux-x64";
        final Path library = folder.resolve("libasyncProfiler.so");
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            final ZipEntry entry = zip.getEntry(system + "/libasyncProfiler.so");
            if (entry == null) {
                throw new IOException(jar + " has no library for " + system);
            }
            try (InputStream in = zip.getInputStream(entry)) {
                Files.write(library, in.readAllBytes());
            }
        }
        return library;
    }
}
