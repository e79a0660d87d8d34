package io.ouli.proxy.cli;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Messages that take more memory than a process of 256 MiB has: given up each by itself, and the others go on. */
class LargeMessagesTest {
    private static final int MIB = 1 << 20;
    /** More than 128: what holds them has to grow to 256, which is all that the process has. */
    private static final int TOO_MANY_MIB = 140;
    /** A few hundred kilobytes. */
    private static final byte[] BOMB = bomb();
    private static final Map<String, String> SECRET = Map.of("OULI_SECRETS", "a-secret-value");

    private final HttpClient client = HttpClient.newHttpClient();
    private HttpServer upstream;

    @TempDir
    private Path folder;

    @BeforeEach
    void startUpstream() throws IOException {
        upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        upstream.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            final boolean large = exchange.getRequestURI().getPath().equals("/large");
            // In chunks: nobody is told beforehand how many.
            exchange.sendResponseHeaders(200, large ? 0 : 2);
            if (large) {
                writeMany(exchange.getResponseBody());
            } else {
                exchange.getResponseBody().write(new byte[2]);
            }
            exchange.close();
        });
        upstream.start();
    }

    @AfterEach
    void stopUpstream() {
        upstream.stop(0);
        client.close();
    }

    @Test
    void shouldPassOnAReplyThatMemoryIsTooSmallForAndRecordTheOthers() throws Exception {
        final String dir = folder.resolve("recordings").toString();
        final String target = "http://127.0.0.1:" + upstream.getAddress().getPort();
        try (CliProcess record =
                CliProcess.start(folder, SECRET, "record", "--target", target, "--listen", "0", "--dir", dir)) {
            assertEquals(200, ask(record.port(), "/before", null));
            try (InputStream large =
                    client.send(request(record.port(), "/large").build(), BodyHandlers.ofInputStream()).body()) {
                assertEquals((long) TOO_MANY_MIB * MIB, large.transferTo(OutputStream.nullOutputStream()));
            }
            assertEquals(200, ask(record.port(), "/bomb", BOMB));
            assertEquals(200, ask(record.port(), "/after", null));
            record.stop();
            assertTrue(record.err().contains("session default: a response was not recorded: it takes more memory than"
                    + " is left of Java's "), record.err());
            assertTrue(record.err().contains("session default: a request cannot be recorded: it takes more memory"),
                    record.err());
        }
        final CliProcess list = CliProcess.run(folder, "show", "--list", dir + "/default.ouli");
        assertEquals(2, list.out().lines().count(), list.out());
    }

    @Test
    void shouldAnswerARequestThatMemoryIsTooSmallForAndReplayTheOthers() throws Exception {
        try (CliProcess replay =
                CliProcess.start(folder, SECRET, "replay", "--listen", "0", "--dir", folder.toString())) {
            assertEquals(500, ask(replay.port(), "/bomb", BOMB));
            assertEquals(500, ask(replay.port(), "/bomb", BOMB));
            assertEquals(404, ask(replay.port(), "/after", null));
            replay.stop();
            final String problem = "the request cannot be looked up: it takes more memory than is left";
            assertTrue(replay.err().contains(problem), replay.err());
            assertEquals(replay.err().indexOf(problem), replay.err().lastIndexOf(problem), "it is said once");
        }
    }

    private int ask(final int port, final String path, final byte[] gzip) throws Exception {
        final HttpRequest.Builder request = request(port, path);
        if (gzip != null) {
            request.header("Content-Encoding", "gzip").POST(HttpRequest.BodyPublishers.ofByteArray(gzip));
        }
        return client.send(request.build(), BodyHandlers.discarding()).statusCode();
    }

    private static HttpRequest.Builder request(final int port, final String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    }

    private static byte[] bomb() {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            writeMany(out);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void writeMany(final OutputStream out) throws IOException {
        final byte[] part = new byte[MIB];
        for (int i = 0; i < TOO_MANY_MIB; i++) {
            out.write(part);
        }
    }
}
