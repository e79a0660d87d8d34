package io.ouli.proxy.pack;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Packs a runtime's licences, which have to go with it and which nothing there reads: a third of their size. */
public final class Licences {
    private static final String FOLDER = "legal";

    private Licences() {
    }

    /**
     * Puts what is in the runtime's folder of licences into {@code legal.zip} beside it, and removes the folder. A
     * link, which jlink makes where modules have the same text, becomes a line that names the other, as jlink writes
     * where there are no links.
     */
    public static void pack(final Path runtime) throws IOException {
        final Path folder = runtime.resolve(FOLDER);
        if (!Files.isDirectory(folder)) {
            return;
        }
        final List<Path> all;
        try (Stream<Path> files = Files.walk(folder)) {
            all = files.sorted(Comparator.reverseOrder()).toList();
        }
        try (OutputStream out = Files.newOutputStream(runtime.resolve(FOLDER + ".zip"));
                ZipOutputStream zip = new ZipOutputStream(out, StandardCharsets.UTF_8)) {
            zip.setLevel(Deflater.BEST_COMPRESSION);
            for (final Path file : all.reversed()) {
                if (!Files.isDirectory(file)) {
                    zip.putNextEntry(new ZipEntry(runtime.relativize(file).toString()));
                    zip.write(Files.isSymbolicLink(file)
                            ? ("Please see " + Files.readSymbolicLink(file) + "\n").getBytes(StandardCharsets.UTF_8)
                            : Files.readAllBytes(file));
                    zip.closeEntry();
                }
            }
        }
        for (final Path file : all) {
            Files.delete(file);
        }
    }
}
