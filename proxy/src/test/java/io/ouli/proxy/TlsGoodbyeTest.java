package io.ouli.proxy;

import io.ouli.engine.Mode;
import io.ouli.engine.transport.TransportChoice;
import io.ouli.engine.transport.TransportOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A proxy that is closed says goodbye on the TLS connections that it keeps, seen by who forwards the bytes. */
@Timeout(120)
class TlsGoodbyeTest {
    private static final String RESPONSE = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final String GET = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final int ALERT = 21;
    private static final int RECORD_HEADER = 5;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource(value = TransportChoice.class, names = {"AUTO", "NIO"})
    void shouldEndAKeptConnectionWithCloseNotify(final TransportChoice choice) throws Exception {
        try (RawUpstream upstream = new RawUpstream(TestTls.local().server(), RawUpstream.always(RESPONSE, true));
                Tap tap = new Tap(upstream.port())) {
            // Of later versions the type of a record is encrypted.
            upstream.onHandshake(socket -> socket.setEnabledProtocols(new String[] {"TLSv1.2"}));
            final ProxyConfig config = Proxies.config(Mode.RECORD, directory, tap.url(),
                    new UpstreamTls(TestTls.local().certificate(), false, false))
                    .transport(TransportOptions.DEFAULT.withChoice(choice)).build();
            try (ProxyServer proxy = ProxyServer.start(config); RawClient client = Proxies.client(proxy)) {
                assertEquals(RESPONSE, client.send(GET).readResponse());
            }
            assertEquals(ALERT, typeOfLastRecord(tap.sent.get(30, TimeUnit.SECONDS)));
        }
    }

    private static int typeOfLastRecord(final byte[] bytes) {
        int type = -1;
        int at = 0;
        while (at < bytes.length) {
            assertTrue(bytes.length - at > RECORD_HEADER, "the last record is cut");
            type = bytes[at];
            at += RECORD_HEADER + ((bytes[at + 3] & 0xff) << 8 | bytes[at + 4] & 0xff);
        }
        assertEquals(bytes.length, at, "the last record is cut");
        return type;
    }

    /** Forwards one connection, and keeps what the client's side sent. */
    private static final class Tap implements AutoCloseable {
        final CompletableFuture<byte[]> sent = new CompletableFuture<>();
        private final ServerSocket listener = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
        private final int target;

        Tap(final int target) throws IOException {
            this.target = target;
            Thread.ofVirtual().start(this::forward);
        }

        URI url() {
            return URI.create("https://127.0.0.1:" + listener.getLocalPort());
        }

        private void forward() {
            final ByteArrayOutputStream kept = new ByteArrayOutputStream();
            try (Socket client = listener.accept();
                    Socket server = new Socket(InetAddress.getByName("127.0.0.1"), target)) {
                Thread.ofVirtual().start(() -> copy(server, client, new ByteArrayOutputStream()));
                copy(client, server, kept);
                sent.complete(kept.toByteArray());
            } catch (final IOException e) {
                sent.completeExceptionally(e);
            }
        }

        private static void copy(final Socket from, final Socket to, final ByteArrayOutputStream kept) {
            final byte[] buffer = new byte[16 << 10];
            try {
                final InputStream in = from.getInputStream();
                final OutputStream out = to.getOutputStream();
                for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                    kept.write(buffer, 0, length);
                    out.write(buffer, 0, length);
                }
                to.shutdownOutput();
            } catch (final IOException e) {
                // Reset, or closed by the other direction: what was kept is what came.
                return;
            }
        }

        @Override
        public void close() throws IOException {
            listener.close();
        }
    }
}
