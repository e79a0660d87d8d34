package io.ouli.perf.coldstart;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A class of this module as a program of its own, in a jar, with an AOT cache under Ouli's JDK and flags. */
final class CachedProgram {
    private final Class<?> main;
    private final List<String> flags;
    private final Path jar;
    private final Path cache;

    /**
     * Makes the jar; the cache is made by a run of {@link #training}.
     *
     * @param folder for both.
     * @param main   the program's only class.
     * @param flags  of the virtual machine, as Ouli's launcher gives them.
     */
    CachedProgram(final Path folder, final Class<?> main, final List<String> flags) throws IOException {
        this.main = main;
        this.flags = List.copyOf(flags);
        jar = folder.resolve(main.getSimpleName() + ".jar");
        cache = folder.resolve(main.getSimpleName() + ".aot");
        final String file = main.getName().replace('.', '/') + ".class";
        // A cache takes classes from jars alone.
        try (InputStream in = main.getClassLoader().getResourceAsStream(file);
                OutputStream bytes = Files.newOutputStream(jar);
                ZipOutputStream out = new ZipOutputStream(bytes)) {
            out.putNextEntry(new ZipEntry(file));
            in.transferTo(out);
        }
    }

    /** {@return the command of a run that makes the cache when it ends} */
    List<String> training(final String... arguments) {
        return command(List.of("-XX:AOTCacheOutput=" + cache), arguments);
    }

    /** {@return whether the training has made the cache} */
    boolean isTrained() {
        return Files.exists(cache);
    }

    /** {@return the command of a run from the cache, which fails when it cannot be used} */
    List<String> command(final String... arguments) {
        return command(List.of("-XX:AOTCache=" + cache, "-XX:AOTMode=on"), arguments);
    }

    private List<String> command(final List<String> first, final String... arguments) {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(first);
        command.addAll(flags);
        command.addAll(List.of("-cp", jar.toString(), main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** Starts a command whose output nobody reads. */
    static Process start(final List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** Removes jar and cache. */
    void delete() throws IOException {
        Files.deleteIfExists(jar);
        Files.deleteIfExists(cache);
    }
}
