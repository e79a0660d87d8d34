package io.ouli.proxy;

import io.ouli.engine.Mode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;

@Timeout(60)
class RecordReplayTest {
    private static final String GET = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";

    @TempDir
    private Path directory;

    @Test
    void shouldReplayWhatWasRecordedByteForByte() throws Exception {
        final String response = "HTTP/1.1 200 Fine\r\nX-A: 1\r\nX-A: 2\r\nContent-Length: 5\r\n\r\nhello";
        try (RawUpstream upstream = RawUpstream.answering(response)) {
            try (ProxyServer proxy = Proxies.start(Mode.RECORD, directory, upstream.url());
                    RawClient client = Proxies.client(proxy)) {
                assertEquals(response, client.send(GET).readResponse());
            }
        }
        try (ProxyServer proxy = Proxies.start(Mode.REPLAY, directory, null);
                RawClient client = Proxies.client(proxy)) {
            assertEquals(response, client.send(GET).readResponse());
            assertEquals(response, client.send(GET).readResponse());
        }
    }
}
