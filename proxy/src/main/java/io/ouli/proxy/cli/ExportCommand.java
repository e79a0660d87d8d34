package io.ouli.proxy.cli;

import io.ouli.engine.recording.ReadOptions;
import io.ouli.engine.recording.Recording;
import io.ouli.engine.recording.RecordingException;
import io.ouli.engine.recording.SessionNames;
import io.ouli.proxy.facts.JsonTree;
import io.ouli.proxy.transfer.HarEntry;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ObjIntConsumer;
import java.util.function.ToIntFunction;

/** {@code ouli export}: writes recordings as one JSON document or as HAR, for other tools. */
final class ExportCommand implements Command {
    private enum Format {
        JSON, HAR
    }

    /** A recording and the session that it is of. */
    private record Source(Path file, String session) {
    }

    @Override
    public Syntax syntax() {
        return new Syntax("ouli export", "Write recordings in a format of other tools.")
                .arguments("FORMAT FILE|DIR", 2, Integer.MAX_VALUE, "json or har, then recordings and folders of them.")
                .option("--out", "FILE", "Write there, replacing it when all is written. Default: standard output.")
                .option("--base-url", "URL", "har: scheme, host and port of the requests' URLs. Default: http and the"
                        + " recorded Host.")
                .footer("What is damaged is left out and named; the exit code is 1 then. A recording that cannot be")
                .footer("read is left out too, and the exit code is 2.");
    }

    @Override
    public int run(final Console console, final Arguments arguments) throws IOException {
        final Format format = arguments.choiceOf("FORMAT", Format.class, arguments.words().getFirst());
        final String baseUrl = baseUrl(arguments, format);
        final List<Source> sources = sources(arguments.words().subList(1, arguments.words().size()));
        final ToIntFunction<PrintStream> export = out -> format == Format.HAR
                ? har(console, out, sources, baseUrl) : json(console, out, sources);
        final String file = arguments.text("--out");
        final int exitCode = file == null ? export.applyAsInt(console.out()) : toFile(arguments, file, export);
        console.out().flush();
        return exitCode;
    }

    private static int toFile(
            final Arguments arguments, final String name, final ToIntFunction<PrintStream> export) throws IOException {
        final Path target = Path.of(name).toAbsolutePath();
        if (Files.isDirectory(target) || !Files.isDirectory(target.getParent())) {
            throw arguments.wrong("--out " + name + " cannot be a file: it is a folder, or there is none to hold it");
        }
        // Beside the target, so that the rename is one step; what is exported may be private, and so is the file.
        final Path written = Files.createTempFile(target.getParent(), ".ouli-export", null);
        try (PrintStream out = new PrintStream(
                new BufferedOutputStream(Files.newOutputStream(written)), false, StandardCharsets.UTF_8)) {
            final int exitCode = export.applyAsInt(out);
            if (out.checkError()) {
                throw new CliException(ExitCode.CANNOT_START, "cannot write " + target + "; is the disk full?");
            }
            Files.move(written, target, StandardCopyOption.REPLACE_EXISTING);
            return exitCode;
        } finally {
            Files.deleteIfExists(written);
        }
    }

    private static String baseUrl(final Arguments arguments, final Format format) {
        final String typed = arguments.text("--base-url");
        if (typed == null) {
            return null;
        }
        if (format != Format.HAR) {
            throw arguments.wrong("--base-url is for har");
        }
        try {
            final URI uri = new URI(typed);
            if (uri.getHost() != null && uri.getScheme().matches("(?i)https?") && uri.getQuery() == null) {
                return typed.replaceAll("/+$", "");
            }
        } catch (final URISyntaxException ignored) {
            // Told below, as for one of another scheme.
        }
        throw arguments.wrong("--base-url must be like https://api.example.com, not '" + typed + "'");
    }

    private static List<Source> sources(final List<String> names) {
        final List<Source> sources = new ArrayList<>();
        for (final String name : names) {
            final Path path = Path.of(name);
            RecordingFiles.forEach(List.of(name), file -> sources.add(new Source(file,
                    Files.isDirectory(path) ? SessionNames.session(path, file) : withoutSuffix(file))));
        }
        return sources;
    }

    private static String withoutSuffix(final Path file) {
        final String name = file.getFileName().toString();
        return name.endsWith(SessionNames.SUFFIX)
                ? name.substring(0, name.length() - SessionNames.SUFFIX.length()) : name;
    }

    private static int har(
            final Console console, final PrintStream out, final List<Source> sources, final String baseUrl) {
        int exitCode = ExitCode.OK;
        out.print("{\"log\":{\"version\":\"1.2\",\"creator\":{\"name\":\"Ouli\",\"version\":"
                + JsonLine.quote(Version.number()) + "},\"entries\":[\n");
        final Separated entries = new Separated(out);
        for (final Source source : sources) {
            exitCode = Math.max(exitCode, forEach(console, out, source, () -> { }, (recording, rank) -> entries.print(
                    JsonTree.write(HarEntry.of(recording, recording.slotAt(rank), source.session(), baseUrl)).strip()),
                    () -> { }));
        }
        out.print("\n]}}\n");
        return exitCode;
    }

    private static int json(final Console console, final PrintStream out, final List<Source> sources) {
        int exitCode = ExitCode.OK;
        out.print("{\"format\":\"ouli-export/1\",\"recordings\":[\n");
        final Separated recordings = new Separated(out);
        for (final Source source : sources) {
            final Separated interactions = new Separated(out);
            exitCode = Math.max(exitCode, forEach(console, out, source,
                    () -> recordings.print("{\"file\":" + JsonLine.quote(source.file().toString()) + ",\"session\":"
                            + JsonLine.quote(source.session()) + ",\"interactions\":[\n"),
                    (recording, rank) -> interactions.print(
                            InteractionJson.of(recording, recording.slotAt(rank), rank + 1)),
                    () -> out.print("\n]}")));
        }
        out.print("\n]}\n");
        return exitCode;
    }

    /**
     * Hands over each sound interaction by its rank, between a beginning and an end; names those that are not sound. Of
     * a recording that cannot be read it hands over nothing, so that what is written stays a document.
     *
     * @return the exit code.
     */
    private static int forEach(
            final Console console,
            final PrintStream out,
            final Source source,
            final Runnable begin,
            final ObjIntConsumer<Recording> consumer,
            final Runnable end) {
        int exitCode = ExitCode.OK;
        try (Recording recording = Recording.open(source.file(), ReadOptions.DEFAULT.withWholeIndex(true))) {
            begin.run();
            try {
                for (int rank = 0; rank < recording.count() && !out.checkError(); rank++) {
                    final long slot = recording.slotAt(rank);
                    if (slot >= 0 && recording.verify(slot)) {
                        consumer.accept(recording, rank);
                    } else {
                        console.error(source.file() + ": interaction " + (rank + 1)
                                + " is damaged and left out; ouli verify says where");
                        exitCode = ExitCode.DIFFERENT;
                    }
                }
            } finally {
                end.run();
            }
            return exitCode;
        } catch (final RecordingException e) {
            console.error(e.getMessage());
            return ExitCode.USAGE;
        }
    }

    /** Prints values with a comma between two. */
    private static final class Separated {
        private final PrintStream out;
        private String separator = "";

        private Separated(final PrintStream out) {
            this.out = out;
        }

        private void print(final String value) {
            out.print(separator);
            out.print(value);
            separator = ",\n";
        }
    }
}
