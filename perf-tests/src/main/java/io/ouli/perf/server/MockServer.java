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

/** MockServer in a JVM of its own, the corpus as its expectations. */
public final class MockServer extends JarPeer {
    /**
     * Describes one way of starting it.
     *
     * @param journal whether it remembers requests, as it does unless told otherwise.
     * @param peers   the folder with its jar.
     */
    public MockServer(final String name, final boolean journal, final Path peers) {
        super(name, journal, peers, "mockserver-netty-");
    }

    @Override
    public List<String> prepare(final Corpus corpus, final Path folder, final int port) throws IOException {
        final List<Object> expectations = new ArrayList<>();
        corpus.items().forEach(item -> expectations.add(expectation(item)));
        Files.writeString(data(folder), JsonTree.write(expectations));
        final List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx1g",
                "-Dmockserver.logLevel=ERROR",
                "-Dmockserver.maxExpectations=" + (corpus.items().size() + 1),
                "-Dmockserver.initializationJsonPath=" + data(folder)));
        if (!journal) {
            // 1 is the least that it takes.
            command.add("-Dmockserver.maxLogEntries=1");
        }
        command.addAll(List.of("-jar", jar.toString(), "-serverPort", Integer.toString(port)));
        return command;
    }

    private static Map<String, Object> expectation(final CorpusItem item) {
        final String[] target = item.target().split("\\?", 2);
        final Map<String, Object> request = new LinkedHashMap<>();
        request.put("method", item.method());
        request.put("path", target[0]);
        if (target.length > 1) {
            final Map<String, Object> parameters = new LinkedHashMap<>();
            for (final String pair : target[1].split("&")) {
                final String[] parts = pair.split("=", 2);
                parameters.put(parts[0], List.of(parts.length > 1 ? parts[1] : ""));
            }
            request.put("queryStringParameters", parameters);
        }
        if (item.body().length > 0) {
            request.put("body", Map.of("type", "JSON", "json", new String(item.body(), StandardCharsets.UTF_8)));
        }
        final Map<String, Object> response = new LinkedHashMap<>();
        response.put("statusCode", item.expected().status());
        response.put("headers", Map.of("Content-Type", List.of("application/json")));
        response.put("body", Map.of("type", "STRING",
                "string", new String(item.expected().body(), StandardCharsets.UTF_8)));
        return Map.of("httpRequest", request, "httpResponse", response);
    }

    @Override
    public Path data(final Path folder) {
        return folder.resolve("expectations.json");
    }
}
