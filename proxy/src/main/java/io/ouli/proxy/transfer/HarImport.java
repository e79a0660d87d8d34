package io.ouli.proxy.transfer;

import io.ouli.engine.OuliException;
import io.ouli.engine.recording.SessionNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Imports HAR files, as browsers and proxies save them: {@code NAME.har} becomes the session NAME, folders in it. */
public final class HarImport {
    /** Chooses the entries of every origin. */
    public static final String ALL_ORIGINS = "all";
    /** Bytes of one file; its interactions are held in memory until they are written. */
    static final long MAX_FILE_BYTES = 256L << 20;

    private static final String SUFFIX = ".har";
    private static final int ORIGINS_NAMED = 5;

    private final Importer importer;
    private final String session;
    private final String origin;
    private final Consumer<Outcome> outcomes;
    /** Entries of all files, if one session was named for them. */
    private final List<ForeignInteraction> together = new ArrayList<>();

    /** What became of a file. */
    public enum Verdict {
        /** Every entry of the origin is imported. */
        OK,
        /** Entries were left out that are no HTTP, or that the HAR does not hold whole. */
        PARTIAL,
        /** It is no HAR, or it is not clear what of it is wanted. */
        UNREADABLE,
        /** Its recording could not be written, as on a full disk. */
        NOT_WRITTEN
    }

    /**
     * An entry that was left out.
     *
     * @param number from 1, in the file's order.
     */
    public record LeftOut(int number, String reason) {
    }

    /**
     * One file's report.
     *
     * @param session      that it went to; null if nothing of it was imported.
     * @param count        of interactions.
     * @param otherOrigins entries that were not asked for.
     * @param leftOut      entries that were, in the file's order.
     * @param message      why it is unreadable; empty otherwise.
     */
    public record Outcome(
            Path file,
            Verdict verdict,
            String session,
            int count,
            int otherOrigins,
            List<LeftOut> leftOut,
            String message) {
    }

    /**
     * Creates an import.
     *
     * @param session  that everything goes to; null for one that is named like each file.
     * @param origin   whose entries are wanted, such as {@code https://api.example.com}; null for the only one.
     * @param outcomes is told of each file.
     */
    public HarImport(
            final Importer importer, final String session, final String origin, final Consumer<Outcome> outcomes) {
        this.importer = importer;
        this.session = session;
        this.origin = origin == null || origin.equals(ALL_ORIGINS) ? origin : HarUrl.of(origin).origin();
        this.outcomes = outcomes;
    }

    /**
     * Imports a file, or every HAR in a folder and below in the order of their names.
     *
     * @return whether there is any.
     * @throws OuliException if a session may not be written.
     */
    public boolean run(final Path source) throws IOException {
        final Map<String, Path> files = files(source);
        importer.checkAbsent(session != null ? List.of(session)
                : files.keySet().stream().filter(SessionNames::isValid).toList());
        for (final Map.Entry<String, Path> file : files.entrySet()) {
            outcomes.accept(importFile(file.getKey(), file.getValue()));
        }
        if (!together.isEmpty()) {
            together.sort(Comparator.comparingLong(ForeignInteraction::epochNanos));
            importer.write(session, together);
        }
        return !files.isEmpty();
    }

    /** {@return the files by the sessions that they are named like} */
    private static Map<String, Path> files(final Path source) throws IOException {
        if (!Files.isDirectory(source)) {
            return Map.of(withoutSuffix(source.getFileName().toString()), source);
        }
        final Map<String, Path> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(source)) {
            all.filter(Files::isRegularFile).filter(file -> file.toString().endsWith(SUFFIX)).forEach(file ->
                    files.put(withoutSuffix(source.relativize(file).toString().replace('\\', '/')), file));
        }
        return files;
    }

    private static String withoutSuffix(final String name) {
        return name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
    }

    private Outcome importFile(final String name, final Path file) {
        try {
            if (session == null && !SessionNames.isValid(name)) {
                throw new OuliException("its name is no session's name; name one with --session");
            }
            if (Files.size(file) > MAX_FILE_BYTES) {
                throw new OuliException("it is larger than " + MAX_FILE_BYTES + " bytes; save fewer requests in one");
            }
            final Entries entries = new Entries();
            HarReader.read(file, entries::add);
            return imported(file, session == null ? name : session, entries);
        } catch (final NotWrittenException e) {
            return new Outcome(file, Verdict.NOT_WRITTEN, null, 0, 0, List.of(), e.getMessage());
        } catch (final OuliException e) {
            return new Outcome(file, Verdict.UNREADABLE, null, 0, 0, List.of(), e.getMessage());
        } catch (final IOException e) {
            return new Outcome(file, Verdict.UNREADABLE, null, 0, 0, List.of(), "it cannot be read: "
                    + e.getMessage());
        }
    }

    private Outcome imported(final Path file, final String target, final Entries entries) {
        if (origin == null && entries.origins.size() > 1) {
            throw new OuliException("its requests go to " + entries.origins.size() + " origins ("
                    + entries.origins.entrySet().stream()
                            .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                            .limit(ORIGINS_NAMED).map(each -> each.getKey() + " " + each.getValue() + " times")
                            .collect(Collectors.joining(", "))
                    + "); choose one with --origin, or all of them with --origin " + ALL_ORIGINS);
        }
        if (session != null) {
            together.addAll(entries.interactions);
        } else if (!entries.interactions.isEmpty()) {
            entries.interactions.sort(Comparator.comparingLong(ForeignInteraction::epochNanos));
            importer.write(target, entries.interactions);
        }
        return new Outcome(file, entries.leftOut.isEmpty() ? Verdict.OK : Verdict.PARTIAL,
                entries.interactions.isEmpty() ? null : target, entries.interactions.size(), entries.otherOrigins,
                entries.leftOut, "");
    }

    /** What one file holds. */
    private final class Entries {
        private final List<ForeignInteraction> interactions = new ArrayList<>();
        private final List<LeftOut> leftOut = new ArrayList<>();
        private final Map<String, Integer> origins = new TreeMap<>();
        private int count;
        private int otherOrigins;

        private void add(final Map<?, ?> entry) {
            count++;
            try {
                final String from = HarMessage.url(entry).origin();
                origins.merge(from, 1, Integer::sum);
                if (origin != null && !origin.equals(ALL_ORIGINS) && !origin.equals(from)) {
                    otherOrigins++;
                    return;
                }
                final ForeignInteraction interaction = HarMessage.interaction(entry);
                importer.check(interaction);
                interactions.add(interaction);
            } catch (final OuliException e) {
                leftOut.add(new LeftOut(count, e.getMessage()));
            }
        }
    }
}
