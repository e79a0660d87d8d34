package io.ouli.proxy;

import io.ouli.engine.EndpointPolicy;
import io.ouli.engine.Engine;
import io.ouli.engine.EngineConfig;
import io.ouli.engine.Exchange;
import io.ouli.engine.Mode;
import io.ouli.engine.Recorder;
import io.ouli.engine.recording.Durability;
import io.ouli.engine.transport.TransportChoice;
import io.ouli.engine.transport.TransportOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * A bit flipped in each part of an index, and of the header that names it, over sockets: all that is sound is replayed,
 * whether or not another thread has to read the recording first; a miss is one, and told as one.
 */
@Timeout(120)
class DamagedIndexReplayTest {
    /** Its index is too large to be checked when it is opened. */
    private static final int INTERACTIONS = 8_300;
    private static final int STEP = 83;

    @TempDir
    private static Path directory;
    private static byte[] recorded;

    /** Parts of the file that lead to its interactions. */
    enum Part { FILE_HEADER, INDEX_HEADER, CHECKSUMS, PADDING, KEY, OFFSET, LENGTH, OCCURRENCE, ENTRY_CHECKSUM, UNUSED }

    @BeforeAll
    static void record() throws IOException {
        try (Engine engine = Engine.open(
                EngineConfig.builder(directory).mode(Mode.RECORD).durability(Durability.NONE).build())) {
            final Recorder recorder = engine.newRecorder(EndpointPolicy.defaults(), () -> { });
            for (int i = 0; i < INTERACTIONS; i++) {
                final byte[] request = get(i).getBytes(StandardCharsets.US_ASCII);
                final Exchange exchange = recorder.begin(engine.session("default"), request, 0, request.length);
                final byte[] reply = reply(i).getBytes(StandardCharsets.US_ASCII);
                exchange.responseHead(reply, 0, reply.length);
                exchange.complete();
            }
        }
        recorded = Files.readAllBytes(directory.resolve("default.ouli"));
    }

    private static String get(final int number) {
        return "GET /items/" + number + " HTTP/1.1\r\nHost: h\r\n\r\n";
    }

    private static String reply(final int number) {
        return String.format("HTTP/1.1 200 OK\r\nNumber: %05d\r\nContent-Length: 0\r\n\r\n", number);
    }

    /** Returns the place of a byte of a part, the sooner touched by requests in order the better. */
    private static int place(final Part part) {
        final ByteBuffer bytes = ByteBuffer.wrap(recorded).order(ByteOrder.LITTLE_ENDIAN);
        final int index = (int) bytes.getLong(88);
        final int capacity = bytes.getInt(104);
        final int entries = (int) bytes.getLong(96) - 64 * capacity;
        int used = entries + 64 * 640;
        while (bytes.getLong(used + 32) == 0) {
            used += 64;
        }
        int unused = entries + 64 * 640;
        while (bytes.getLong(unused + 32) != 0) {
            unused += 64;
        }
        final int checksums = index + 128;
        assertTrue(entries - checksums > 4 * capacity / 64, "there is padding");
        return switch (part) {
            case FILE_HEADER -> 89;
            case INDEX_HEADER -> index + 36;
            case CHECKSUMS -> checksums + 41;
            case PADDING -> entries - 1;
            case KEY -> used + 9;
            case OFFSET -> used + 33;
            case LENGTH -> used + 44;
            case OCCURRENCE -> used + 56;
            case ENTRY_CHECKSUM -> used + 61;
            case UNUSED -> unused + 32;
        };
    }

    @ParameterizedTest
    @CsvSource({"NIO,FILE_HEADER", "AUTO,FILE_HEADER", "NIO,INDEX_HEADER", "NIO,CHECKSUMS", "AUTO,PADDING", "NIO,KEY",
        "AUTO,KEY", "AUTO,OFFSET", "NIO,LENGTH", "AUTO,OCCURRENCE", "NIO,ENTRY_CHECKSUM", "AUTO,UNUSED"})
    void shouldReplayAllThatIsSound(final TransportChoice transport, final Part part) throws Exception {
        final byte[] bytes = recorded.clone();
        bytes[place(part)] ^= 2;
        Files.write(directory.resolve("default.ouli"), bytes);
        try (ProxyServer proxy = ProxyServer.start(Proxies.config(Mode.REPLAY, directory, null)
                .transport(TransportOptions.DEFAULT.withChoice(transport)).build());
                RawClient pipelining = Proxies.client(proxy);
                RawClient other = Proxies.client(proxy);
                RawClient last = Proxies.client(proxy)) {
            // The first one may have to wait, what follows on its connection with it; nobody is mixed up.
            pipelining.send(get(0) + get(1) + get(2));
            other.send(get(3));
            last.send("GET /items/4 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n" + get(5));
            assertEquals(reply(3), other.read(reply(3).length()));
            assertEquals(reply(0) + reply(1) + reply(2), pipelining.read(3 * reply(0).length()));
            assertEquals(reply(4), last.readAll());
            // Requests that pass every block, so the damaged one too: none of them is lost, wrong or "damaged".
            for (int first = 0; first < INTERACTIONS; first += STEP) {
                final StringBuilder requests = new StringBuilder();
                final StringBuilder replies = new StringBuilder();
                for (int i = first; i < first + STEP; i++) {
                    requests.append(get(i));
                    replies.append(reply(i));
                }
                final RawClient client = first % 2 == 0 ? pipelining : other;
                client.send(requests.toString());
                assertEquals(replies.toString(), client.read(replies.length()), part + ", from " + first);
            }
            final String miss = pipelining.send(get(INTERACTIONS) + get(7)).readResponse();
            assertTrue(miss.startsWith("HTTP/1.1 404 ") && miss.contains("\"no-key\""), miss);
            assertEquals(reply(7), pipelining.read(reply(7).length()));
        }
    }

    /** Whoever leaves while a recording is read is forgotten; others are served. */
    @ParameterizedTest
    @CsvSource({"AUTO", "NIO"})
    void shouldForgetClientsThatDoNotWait(final TransportChoice transport) throws Exception {
        final byte[] bytes = recorded.clone();
        bytes[place(Part.FILE_HEADER)] ^= 2;
        Files.write(directory.resolve("default.ouli"), bytes);
        try (ProxyServer proxy = ProxyServer.start(Proxies.config(Mode.REPLAY, directory, null)
                .transport(TransportOptions.DEFAULT.withChoice(transport)).build())) {
            for (int i = 0; i < 8; i++) {
                try (RawClient impatient = Proxies.client(proxy)) {
                    impatient.send(get(i));
                    impatient.reset();
                }
            }
            try (RawClient client = Proxies.client(proxy)) {
                assertEquals(reply(9), client.send(get(9)).read(reply(9).length()));
            }
        }
    }
}
