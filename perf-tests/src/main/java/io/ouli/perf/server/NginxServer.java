package io.ouli.perf.server;

import io.ouli.perf.corpus.Corpus;
import io.ouli.perf.corpus.CorpusItem;
import io.ouli.perf.corpus.ExpectedReply;
import java.io.BufferedWriter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * nginx with one worker: one fixed reply from its configuration, the least that an HTTP server can do; or the whole
 * corpus from a hash table of its own; or what an upstream answers, over connections that it keeps. A server that also
 * hashes, redacts and stores has to stand beside them.
 */
public final class NginxServer implements ServerKind {
    private final String name;
    private final boolean wholeCorpus;
    private final InetSocketAddress upstream;
    private final Path binary = Pinning.findTool("nginx");

    /**
     * Describes one way of configuring it.
     *
     * @param wholeCorpus true for each request its own reply; false for one reply to all.
     */
    public NginxServer(final String name, final boolean wholeCorpus) {
        this(name, wholeCorpus, null);
    }

    private NginxServer(final String name, final boolean wholeCorpus, final InetSocketAddress upstream) {
        this.name = name;
        this.wholeCorpus = wholeCorpus;
        this.upstream = upstream;
    }

    /** Describes one that passes requests on to an upstream, which answers the corpus. */
    public static NginxServer proxying(final String name, final InetSocketAddress upstream) {
        return new NginxServer(name, true, upstream);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String missing() {
        return binary == null ? "nginx is not installed; apt-get install nginx" : null;
    }

    @Override
    public String description() {
        if (upstream != null) {
            return version() + ", 1 worker, proxy_pass with keepalive";
        }
        return version() + ", 1 worker, " + (wholeCorpus ? "the corpus by map" : "return 200 with one fixed reply");
    }

    @Override
    public Corpus answers(final Corpus corpus) {
        if (wholeCorpus) {
            return corpus;
        }
        return corpus.expecting(new ExpectedReply(200, corpus.items().getFirst().expected().body()));
    }

    @Override
    public List<String> prepare(final Corpus corpus, final Path folder, final int port) throws IOException {
        final Path file = folder.resolve("nginx.conf");
        try (BufferedWriter out = Files.newBufferedWriter(file, StandardCharsets.ISO_8859_1)) {
            // As root, nginx would give its worker to a user who may not enter the folder.
            if ("root".equals(System.getProperty("user.name"))) {
                out.write("user root;\n");
            }
            out.write("""
                    worker_processes 1;
                    daemon off;
                    pid nginx.pid;
                    error_log stderr;
                    events { worker_connections 16384; }
                    http {
                      access_log off;
                      client_body_temp_path body;
                      proxy_temp_path proxy;
                      fastcgi_temp_path fastcgi;
                      uwsgi_temp_path uwsgi;
                      scgi_temp_path scgi;
                      default_type application/json;
                      keepalive_requests 1000000000;
                      keepalive_timeout 3600;
                    """);
            if (upstream != null) {
                out.write("  upstream recorded {\n    server 127.0.0.1:" + upstream.getPort()
                        + ";\n    keepalive 256;\n    keepalive_requests 1000000000;\n  }\n");
            } else if (wholeCorpus) {
                writeMap(out, corpus);
            }
            out.write("  server {\n    listen 127.0.0.1:" + port + " backlog=4096;\n    location / { "
                    + action(corpus) + "; }\n  }\n}\n");
        }
        return List.of(binary.toString(), "-p", folder.toString(), "-c", file.toString(), "-e", "stderr");
    }

    private String action(final Corpus corpus) throws IOException {
        if (upstream != null) {
            return "proxy_pass http://recorded; proxy_http_version 1.1; proxy_set_header Connection ''";
        }
        return "return 200 " + (wholeCorpus ? "$reply" : quote(corpus.items().getFirst()));
    }

    private static void writeMap(final BufferedWriter out, final Corpus corpus) throws IOException {
        out.write("  map_hash_bucket_size 256;\n  map_hash_max_size " + corpus.items().size() * 4
                + ";\n  map $request_uri $reply {\n    default '';\n");
        for (final CorpusItem item : corpus.items()) {
            out.write("    '" + item.target() + "' " + quote(item) + ";\n");
        }
        out.write("  }\n");
    }

    /** Generated bodies hold neither quotes of this kind, nor backslashes, nor dollars; others are refused. */
    private static String quote(final CorpusItem item) throws IOException {
        final String body = new String(item.expected().body(), StandardCharsets.ISO_8859_1);
        if (body.indexOf('\'') >= 0 || body.indexOf('\\') >= 0 || body.indexOf('$') >= 0) {
            throw new IOException("the reply to " + item.target() + " cannot be written in nginx's configuration");
        }
        return '\'' + body + '\'';
    }

    private String version() {
        try {
            final Process process = new ProcessBuilder(binary.toString(), "-v").redirectErrorStream(true).start();
            final String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            process.waitFor(10, TimeUnit.SECONDS);
            return text.strip().replace("nginx version: ", "");
        } catch (final IOException e) {
            return "nginx";
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return "nginx";
        }
    }
}
