package io.ouli.proxy.transfer;

import io.ouli.engine.OuliException;
import io.ouli.engine.recording.SessionNames;
import io.ouli.engine.testserver.TestServerFile;
import io.ouli.engine.testserver.TestServerLog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Imports a folder of google/test-server's recordings: {@code NAME.json} becomes the session NAME, sub-folders in it;
 * files that are named by a hash hold requests without a Test-Name, and become the session of such requests;
 * {@code NAME.websocket.log} becomes the session {@code NAME.websocket}, one message a chunk.
 */
public final class TestServerImport {
    /** Bytes of one file; test-server itself holds a file in memory whole. */
    static final long MAX_FILE_BYTES = 256L << 20;

    private static final String JSON = ".json";
    private static final String LOG = ".websocket.log";
    private static final String LOG_SESSION = ".websocket";

    private final Importer importer;
    private final String unnamedSession;
    private final boolean acceptMismatch;
    private final Consumer<Outcome> outcomes;
    /** Sessions that several files make up, written at the end. */
    private final Map<String, List<ForeignInteraction>> merged = new TreeMap<>();

    /** What became of a file. */
    public enum Verdict {
        /** Every stored hash is right. */
        OK,
        /** A stored hash is not that of its request. */
        MISMATCH,
        /** It is none of test-server's, or its messages cannot stand in a recording. */
        UNREADABLE,
        /** Its recording could not be written, as on a full disk. */
        NOT_WRITTEN
    }

    /** A stored hash that is not right. */
    public record Mismatch(int number, String stored, String computed) {
    }

    /**
     * One file's report.
     *
     * @param session    that it went to; null if it was not imported.
     * @param count      of interactions, or of a log's messages.
     * @param isLog      whether it holds a WebSocket's messages.
     * @param mismatches in its order.
     * @param message    why it is unreadable; empty otherwise.
     */
    public record Outcome(
            Path file,
            Verdict verdict,
            String session,
            int count,
            boolean isLog,
            List<Mismatch> mismatches,
            String message) {
    }

    /**
     * Creates an import.
     *
     * @param unnamedSession of requests without a Test-Name.
     * @param acceptMismatch whether files whose hashes are not right are imported, with the hashes as they are stored.
     * @param outcomes       is told of each file.
     */
    public TestServerImport(
            final Importer importer,
            final String unnamedSession,
            final boolean acceptMismatch,
            final Consumer<Outcome> outcomes) {
        this.importer = importer;
        this.unnamedSession = unnamedSession;
        this.acceptMismatch = acceptMismatch;
        this.outcomes = outcomes;
    }

    /**
     * Imports everything in a folder and below, in the order of its names.
     *
     * @return whether there is anything of test-server's.
     * @throws OuliException if a session may not be written.
     */
    public boolean run(final Path folder) throws IOException {
        final Map<String, Path> files = files(folder);
        importer.checkAbsent(files.keySet().stream().map(this::session).filter(SessionNames::isValid).toList());
        for (final Map.Entry<String, Path> file : files.entrySet()) {
            outcomes.accept(importFile(file.getKey(), file.getValue()));
        }
        merged.forEach(importer::write);
        return !files.isEmpty();
    }

    /** {@return the files by their names below the folder, with slashes} */
    private static Map<String, Path> files(final Path folder) throws IOException {
        final Map<String, Path> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            all.filter(Files::isRegularFile).forEach(file -> {
                final String name = folder.relativize(file).toString().replace('\\', '/');
                if (name.endsWith(JSON) || name.endsWith(LOG)) {
                    files.put(name, file);
                }
            });
        }
        return new LinkedHashMap<>(files);
    }

    private String session(final String name) {
        if (name.endsWith(LOG)) {
            return name.substring(0, name.length() - LOG.length()) + LOG_SESSION;
        }
        final String session = name.substring(0, name.length() - JSON.length());
        return isHash(session) ? session.substring(0, session.lastIndexOf('/') + 1) + unnamedSession : session;
    }

    private static boolean isHash(final String session) {
        return session.substring(session.lastIndexOf('/') + 1).matches("[0-9a-f]{64}");
    }

    private Outcome importFile(final String name, final Path file) {
        final boolean isLog = name.endsWith(LOG);
        try {
            final String session = SessionNames.validate(session(name));
            if (Files.size(file) > MAX_FILE_BYTES) {
                throw new OuliException("it is larger than " + MAX_FILE_BYTES + " bytes");
            }
            final byte[] bytes = Files.readAllBytes(file);
            return isLog ? importLog(name, file, session, bytes) : importJson(name, file, session, bytes);
        } catch (final NotWrittenException e) {
            return new Outcome(file, Verdict.NOT_WRITTEN, null, 0, isLog, List.of(), e.getMessage());
        } catch (final OuliException e) {
            return new Outcome(file, Verdict.UNREADABLE, null, 0, isLog, List.of(), e.getMessage());
        } catch (final IOException e) {
            return new Outcome(file, Verdict.UNREADABLE, null, 0, isLog, List.of(), "it cannot be read: "
                    + e.getMessage());
        }
    }

    private Outcome importJson(final String name, final Path file, final String session, final byte[] bytes) {
        final List<TestServerFile.Interaction> recorded = TestServerFile.read(bytes);
        final List<Mismatch> mismatches = new ArrayList<>();
        final List<ForeignInteraction> interactions = new ArrayList<>();
        for (final TestServerFile.Interaction each : recorded) {
            if (!each.isSound()) {
                mismatches.add(new Mismatch(interactions.size() + 1,
                        HexFormat.of().formatHex(each.mark().hash()), each.computedHash()));
            }
            interactions.add(new ForeignInteraction(
                    each.epochNanos(), each.request(), each.responseHead(), each.responseBody(), each.mark()));
        }
        interactions.forEach(importer::check);
        final boolean wanted = mismatches.isEmpty() || acceptMismatch;
        // A file may have a hash for its name and hold a named test all the same: then it is a session like any other.
        final String base = name.substring(0, name.length() - JSON.length());
        final boolean merges = isHash(base) && recorded.stream().noneMatch(TestServerFile.Interaction::named);
        final String target = merges ? session : base;
        if (wanted && merges) {
            merged.computeIfAbsent(target, any -> new ArrayList<>()).addAll(interactions);
        } else if (wanted && !interactions.isEmpty()) {
            importer.write(target, interactions);
        }
        return new Outcome(file, mismatches.isEmpty() ? Verdict.OK : Verdict.MISMATCH, wanted ? target : null,
                interactions.size(), false, mismatches, "");
    }

    private Outcome importLog(final String name, final Path file, final String session, final byte[] bytes) {
        final List<byte[]> messages = TestServerLog.read(bytes);
        final String request = "GET /" + name.substring(name.lastIndexOf('/') + 1)
                + " HTTP/1.1\r\nHost: test-server\r\n\r\n";
        final String head = "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.ouli.websocket\r\n"
                + (messages.isEmpty() ? "Content-Length: 0" : "Transfer-Encoding: chunked") + "\r\n\r\n";
        importer.write(session, List.of(new ForeignInteraction(0, request.getBytes(StandardCharsets.US_ASCII),
                head.getBytes(StandardCharsets.US_ASCII), messages, null)));
        return new Outcome(file, Verdict.OK, session, messages.size(), true, List.of(), "");
    }
}
