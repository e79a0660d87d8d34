package io.ouli.proxy.cli;

import com.sun.net.httpserver.HttpServer;
import io.ouli.engine.recording.Recording;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What the real proxy does when its recording can no longer be written: it serves, says so once, and exits 4. */
class DiskFailureTest {
    private static final int REPLY_BYTES = 10_000;

    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final byte[] reply = new byte[REPLY_BYTES];
    private HttpServer upstream;

    @TempDir
    private Path folder;

    @BeforeEach
    void startUpstream() throws IOException {
        Arrays.fill(reply, (byte) 'x');
        upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        upstream.setExecutor(task -> Thread.ofVirtual().start(task));
        upstream.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, REPLY_BYTES);
            exchange.getResponseBody().write(reply);
            exchange.close();
        });
        upstream.start();
    }

    @AfterEach
    void stopUpstream() {
        upstream.stop(0);
        client.close();
    }

    private Path file() {
        return folder.resolve("r/default.ouli");
    }

    /** @param blocks of 512 bytes that a file may have, or {@code unlimited}. */
    private CliProcess record(final String blocks, final String durability) throws IOException {
        return CliProcess.start(folder, Map.of("OULI_TEST_BLOCKS", blocks), "record", "--target",
                "http://127.0.0.1:" + upstream.getAddress().getPort(), "--listen", "0",
                "--dir", folder.resolve("r").toString(), "--durability", durability);
    }

    private void ask(final int port, final int from, final int to) throws Exception {
        for (int i = from; i < to; i++) {
            final HttpResponse<byte[]> response = client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/" + i)).build(),
                    BodyHandlers.ofByteArray());
            assertEquals(200, response.statusCode());
            assertArrayEquals(reply, response.body());
        }
    }

    private static void endsSayingOnce(final CliProcess proxy, final String reason) throws Exception {
        proxy.signal("TERM");
        assertEquals(4, proxy.exitCode(), proxy.err());
        final long said = proxy.err().lines().filter(line -> line.contains("no longer recorded")).count();
        assertEquals(1, said, proxy.err());
        assertTrue(proxy.err().contains(" is no longer recorded; its clients are served all the same: "), proxy.err());
        assertEquals(1, proxy.err().split(reason, -1).length - 1, "the end does not tell it again: " + proxy.err());
        assertTrue(proxy.err().contains("error: not recorded to the end, for the reason above: session "), proxy.err());
    }

    private int soundInteractions(final Path recorded) {
        try (Recording recording = Recording.open(recorded)) {
            for (int rank = 0; rank < recording.count(); rank++) {
                assertTrue(recording.verify(recording.slotAt(rank)));
            }
            return recording.count();
        }
    }

    @Test
    void shouldServeOnWhenAFileMayNotGrow() throws Exception {
        for (final String durability : new String[] {"each", "interval"}) {
            Files.deleteIfExists(file());
            try (CliProcess proxy = record("600", durability)) {
                ask(proxy.port(), 0, 60);
                endsSayingOnce(proxy, "EFBIG .27. while ");
            }
            final int kept = soundInteractions(file());
            assertTrue(kept >= ("each".equals(durability) ? 20 : 1) && kept <= 30, kept + " were kept");
        }
    }

    @Test
    void shouldServeOnWhenTheFileIsRemoved() throws Exception {
        try (CliProcess proxy = record("unlimited", "each")) {
            ask(proxy.port(), 0, 5);
            Files.delete(file());
            ask(proxy.port(), 5, 10);
            endsSayingOnce(proxy, "removed or replaced");
        }
        assertTrue(Files.notExists(file()), "it must not come back with a part of what was recorded");
    }

    @Test
    void shouldServeOnWhenTheFileIsCut() throws Exception {
        final int kept;
        try (CliProcess proxy = record("unlimited", "each")) {
            ask(proxy.port(), 0, 5);
            try (FileChannel cut = FileChannel.open(file(), StandardOpenOption.WRITE)) {
                cut.truncate(cut.size() - REPLY_BYTES);
            }
            kept = soundInteractions(file());
            ask(proxy.port(), 5, 10);
            endsSayingOnce(proxy, "changed its length");
        }
        assertTrue(kept == 4 && soundInteractions(file()) >= kept);
    }

    @Test
    void shouldServeOnWhenTheFileGrows() throws Exception {
        try (CliProcess proxy = record("unlimited", "each")) {
            ask(proxy.port(), 0, 5);
            Files.write(file(), new byte[1 << 20], StandardOpenOption.APPEND);
            ask(proxy.port(), 5, 10);
            endsSayingOnce(proxy, "changed its length");
        }
        assertTrue(soundInteractions(file()) >= 5);
    }

    @Test
    void shouldServeOnWhenTheFolderCannotBeWritten() throws Exception {
        try (CliProcess proxy = record("unlimited", "each")) {
            ask(proxy.port(), 0, 5);
            // A file where the session's folder would have to be.
            Files.writeString(folder.resolve("r/a"), "in the way");
            for (int i = 0; i < 3; i++) {
                final HttpResponse<byte[]> response = client.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + proxy.port() + "/" + i))
                                .header("X-Ouli-Test-Name", "a/b").build(), BodyHandlers.ofByteArray());
                assertArrayEquals(reply, response.body());
            }
            endsSayingOnce(proxy, "session a/b is no longer recorded");
        }
        assertEquals(0, CliRun.of("verify", file().toString()).exitCode(), "the other session is whole, and sealed");
        assertEquals(5, soundInteractions(file()));
    }
}
