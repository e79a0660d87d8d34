package io.ouli.perf.server;

import io.ouli.perf.corpus.Corpus;
import io.ouli.perf.corpus.CorpusItem;
import io.ouli.proxy.facts.JsonTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** WireMock in a JVM of its own, the corpus as its stubs. */
public final class WireMockServer extends JarPeer {
    /**
     * Describes one way of starting it.
     *
     * @param journal whether it remembers every request, as it does unless told otherwise.
     * @param peers   the folder with its jar.
     */
    public WireMockServer(final String name, final boolean journal, final Path peers) {
        super(name, journal, peers, "wiremock-standalone-");
    }

    @Override
    public List<String> prepare(final Corpus corpus, final Path folder, final int port) throws IOException {
        final List<Object> stubs = new ArrayList<>();
        for (final CorpusItem item : corpus.items()) {
            stubs.add(stub(item));
        }
        final Path mappings = Files.createDirectories(data(folder).resolve("mappings"));
        Files.writeString(mappings.resolve("corpus.json"), JsonTree.write(Map.of("mappings", stubs)));
        final List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx1g", "-jar", jar.toString(),
                "--port", Integer.toString(port), "--bind-address", "127.0.0.1", "--root-dir",
                data(folder).toString(), "--disable-banner"));
        if (!journal) {
            command.add("--no-request-journal");
        }
        return command;
    }

    private static Map<String, Object> stub(final CorpusItem item) {
        final Map<String, Object> request = new LinkedHashMap<>();
        request.put("method", item.method());
        request.put("url", item.target());
        if (item.body().length > 0) {
            request.put("bodyPatterns", List.of(Map.of("equalToJson",
                    new String(item.body(), StandardCharsets.UTF_8))));
        }
        final Map<String, Object> response = new LinkedHashMap<>();
        response.put("status", item.expected().status());
        response.put("headers", Map.of("Content-Type", "application/json"));
        response.put("body", new String(item.expected().body(), StandardCharsets.UTF_8));
        return Map.of("request", request, "response", response);
    }

    @Override
    public Path data(final Path folder) {
        return folder.resolve("wiremock");
    }
}
