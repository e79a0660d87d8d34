package io.ouli.perf.coldstart;

import io.ouli.perf.load.LoadException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A hello-world under Ouli's JDK and flags, with an AOT cache of its own. */
final class Floor {
    private static final String CLASS = Hello.class.getName().replace('.', '/') + ".class";

    private final List<String> command = new ArrayList<>();

    /**
     * Makes the program and its cache.
     *
     * @param flags of the virtual machine, as Ouli's launcher gives them.
     */
    Floor(final Path folder, final List<String> flags) throws IOException, InterruptedException {
        final Path jar = folder.resolve("hello.jar");
        final Path cache = folder.resolve("hello.aot");
        // A cache takes classes from jars alone.
        try (InputStream in = Hello.class.getClassLoader().getResourceAsStream(CLASS);
                OutputStream file = Files.newOutputStream(jar);
                ZipOutputStream out = new ZipOutputStream(file)) {
            out.putNextEntry(new ZipEntry(CLASS));
            in.transferTo(out);
        }
        final String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        final List<String> program = List.of("-cp", jar.toString(), Hello.class.getName());
        final List<String> training = new ArrayList<>(List.of(java, "-XX:AOTCacheOutput=" + cache));
        training.addAll(flags);
        training.addAll(program);
        if (execute(training) != 0 || !Files.exists(cache)) {
            throw new LoadException("the floor's AOT cache could not be made with " + String.join(" ", training));
        }
        command.add(java);
        command.add("-XX:AOTCache=" + cache);
        command.add("-XX:AOTMode=on");
        command.addAll(flags);
        command.addAll(program);
    }

    /** Runs it once; returns milliseconds from exec to its end. */
    double millis() throws IOException, InterruptedException {
        final long begin = System.nanoTime();
        final int exitCode = execute(command);
        final double millis = (System.nanoTime() - begin) / 1e6;
        if (exitCode != 0) {
            throw new LoadException("the floor ended with exit code " + exitCode + ": " + String.join(" ", command));
        }
        return millis;
    }

    private static int execute(final List<String> command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start().waitFor();
    }
}
