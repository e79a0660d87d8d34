package io.ouli.perf.server;

import io.ouli.perf.corpus.Corpus;
import io.ouli.perf.corpus.CorpusItem;
import io.ouli.proxy.facts.JsonTree;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Hoverfly as a web server, from the binary inside hoverfly-java, the corpus as its simulation. */
public final class HoverflyServer extends JarPeer {
    private static final String BINARY = "binaries/hoverfly_linux_amd64";

    /**
     * Describes one way of starting it.
     *
     * @param journal whether it remembers requests, as it does unless told otherwise.
     * @param peers   the folder with the jar.
     */
    public HoverflyServer(final String name, final boolean journal, final Path peers) {
        super(name, journal, peers, "hoverfly-java-");
    }

    @Override
    public String missing() {
        return jar == null || "Linux amd64".equals(System.getProperty("os.name") + " " + System.getProperty("os.arch"))
                ? super.missing()
                : "the suite starts its binary for Linux on amd64 only; run the peers on such a machine";
    }

    @Override
    public String description() {
        return "hoverfly of " + super.description();
    }

    @Override
    public List<String> prepare(final Corpus corpus, final Path folder, final int port) throws IOException {
        final Path binary = folder.resolve("hoverfly");
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            final ZipEntry entry = zip.getEntry(BINARY);
            if (entry == null) {
                throw new IOException(jar.getFileName() + " holds no " + BINARY);
            }
            try (InputStream in = zip.getInputStream(entry)) {
                Files.copy(in, binary);
            }
        }
        Files.setPosixFilePermissions(binary, PosixFilePermissions.fromString("rwx------"));
        final List<Object> pairs = new ArrayList<>();
        corpus.items().forEach(item -> pairs.add(pair(item)));
        Files.writeString(data(folder), JsonTree.write(Map.of(
                "data", Map.of("pairs", pairs, "globalActions", Map.of("delays", List.of())),
                "meta", Map.of("schemaVersion", "v5"))));
        final List<String> command = new ArrayList<>(List.of(binary.toString(), "-webserver", "-listen-on-host",
                "127.0.0.1", "-pp", Integer.toString(port), "-ap", Integer.toString(adminPort()), "-log-level",
                "error", "-import", data(folder).toString()));
        if (!journal) {
            command.addAll(List.of("-journal-size", "0"));
        }
        return command;
    }

    private static Map<String, Object> pair(final CorpusItem item) {
        final String[] target = item.target().split("\\?", 2);
        final Map<String, Object> request = new LinkedHashMap<>();
        request.put("method", exactly(item.method()));
        request.put("path", exactly(target[0]));
        if (target.length > 1) {
            final Map<String, Object> query = new LinkedHashMap<>();
            for (final String pair : target[1].split("&")) {
                final String[] parts = pair.split("=", 2);
                query.put(parts[0], exactly(parts.length > 1 ? parts[1] : ""));
            }
            request.put("query", query);
        }
        if (item.body().length > 0) {
            request.put("body", List.of(Map.of("matcher", "json",
                    "value", new String(item.body(), StandardCharsets.UTF_8))));
        }
        final Map<String, Object> response = new LinkedHashMap<>();
        response.put("status", item.expected().status());
        response.put("body", new String(item.expected().body(), StandardCharsets.UTF_8));
        response.put("encodedBody", false);
        response.put("headers", Map.of("Content-Type", List.of("application/json")));
        return Map.of("request", request, "response", response);
    }

    private static List<Object> exactly(final String value) {
        return List.of(Map.of("matcher", "exact", "value", value));
    }

    private static int adminPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public Path data(final Path folder) {
        return folder.resolve("simulation.json");
    }
}
