package io.ouli.perf.coldstart;

import io.ouli.perf.load.LoadException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A hello-world under Ouli's JDK and flags, with an AOT cache of its own. */
final class Floor implements AutoCloseable {
    private final CachedProgram program;

    /**
     * Makes the program and its cache.
     *
     * @param flags of the virtual machine, as Ouli's launcher gives them.
     */
    Floor(final Path folder, final List<String> flags) throws IOException, InterruptedException {
        program = new CachedProgram(folder, Hello.class, flags);
        final List<String> training = program.training();
        if (CachedProgram.start(training).waitFor() != 0 || !program.isTrained()) {
            throw new LoadException("the floor's AOT cache could not be made with " + String.join(" ", training));
        }
    }

    /** Runs it once; returns milliseconds from exec to its end. */
    double millis() throws IOException, InterruptedException {
        final List<String> command = program.command();
        final long begin = System.nanoTime();
        final int exitCode = CachedProgram.start(command).waitFor();
        final double millis = (System.nanoTime() - begin) / 1e6;
        if (exitCode != 0) {
            throw new LoadException("the floor ended with exit code " + exitCode + ": " + String.join(" ", command));
        }
        return millis;
    }

    @Override
    public void close() throws IOException {
        program.delete();
    }
}
