package io.ouli.engine.testing;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Runs a fuzzer's target without the fuzzer: on what it found before, and by chance. A failure names its input. */
public final class FuzzInputs {
    private FuzzInputs() {
    }

    /** Runs every file of a folder beside a class; there must be one. */
    public static void runCorpus(final Class<?> beside, final String folder, final Consumer<byte[]> target)
            throws IOException, URISyntaxException {
        final URL url = beside.getResource(folder);
        if (url == null) {
            throw new IOException("no folder " + folder + " beside " + beside.getName());
        }
        final List<Path> files;
        try (Stream<Path> all = Files.list(Path.of(url.toURI()))) {
            files = all.sorted().toList();
        }
        if (files.isEmpty()) {
            throw new IOException("nothing in " + url);
        }
        for (final Path file : files) {
            final byte[] input = Files.readAllBytes(file);
            run(() -> target.accept(input), file.toString());
        }
    }

    /** Runs something as often as asked for, each time with chance of another seed. */
    public static void runRandom(final int times, final Consumer<Random> target) {
        final long base = new Random().nextLong();
        for (int i = 0; i < times; i++) {
            final long seed = base + i;
            run(() -> target.accept(new Random(seed)), "seed " + seed);
        }
    }

    private static void run(final Runnable once, final String what) {
        try {
            once.run();
        } catch (final RuntimeException | Error e) {
            throw new AssertionError(what, e);
        }
    }
}
