package io.ouli.proxy;

import io.ouli.engine.Mode;
import io.ouli.engine.metrics.Counter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Requests that an error of the proxy's own keeps from being answered. */
@Timeout(180)
class FailedRequestsTest {
    @TempDir
    private Path directory;

    @Test
    void shouldCountRequestsToARecordingThatCannotBeRead() throws Exception {
        Files.writeString(directory.resolve("default.ouli"), "no recording");
        try (ProxyServer proxy = Proxies.start(Mode.REPLAY, directory, null);
                RawClient client = Proxies.client(proxy)) {
            for (int i = 0; i < 2; i++) {
                final String got = client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n").readResponse();
                assertTrue(got.startsWith("HTTP/1.1 500 ") && got.contains("\"code\":\"engine\""), got);
            }
            assertEquals(2, proxy.counters().getFirst().get(Counter.FAILED));
            assertEquals(0, proxy.counters().getFirst().get(Counter.FAULTS));
        }
    }
}
