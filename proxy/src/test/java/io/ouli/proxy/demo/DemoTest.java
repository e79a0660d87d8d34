package io.ouli.proxy.demo;

import io.ouli.engine.transport.TransportChoice;
import io.ouli.engine.transport.TransportOptions;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class DemoTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(names = {"AUTO", "NIO"})
    void shouldReplayEveryByteOfAThousandInteractionsWithTheUpstreamGone(final TransportChoice transport)
            throws IOException {
        for (int run = 0; run < 2; run++) {
            final DemoResult result = demo(transport);

            assertEquals(List.of(), result.differences());
            assertTrue(result.requests() >= 1_000, "distinct requests: " + result.requests());
            assertTrue(result.interactions() > result.requests(), "some requests are repeated");
            assertTrue(result.measured() > 0 && result.latency().count() > 0);
            assertTrue(result.latency().p50Nanos() <= result.latency().p999Nanos());
            assertEquals(Files.size(result.recording()), result.recordedBytes());
        }
    }

    @Test
    void shouldSendDistinctRequestsOfManyKinds() {
        final Set<String> spellings = new HashSet<>();
        DemoCorpus.requests().forEach(request -> spellings.add(request.method() + request.target() + request.body()));

        assertEquals(DemoCorpus.requests().size(), spellings.size());
        assertEquals(12, new DemoTraffic(DemoCorpus.requests()).kinds().size());
    }

    @Test
    void shouldNoticeRepliesThatAreNotTheRecordedOnes() throws Exception {
        final DemoTraffic traffic = new DemoTraffic(DemoCorpus.requests());
        try (DemoUpstream upstream = new DemoUpstream()) {
            traffic.record(upstream.address(), 2);
            assertEquals(List.of(), traffic.differences());

            // The upstream itself is no recording: its jobs have moved on.
            traffic.verify(upstream.address(), 2);
        }

        assertFalse(traffic.differences().isEmpty());
        assertTrue(traffic.differences().getFirst().contains(" on replay, at byte "), traffic.differences().getFirst());
    }

    @Test
    void shouldRefuseConnectionsWhenStopped() throws IOException {
        final DemoUpstream upstream = new DemoUpstream();
        upstream.close();

        assertThrows(IOException.class, () -> new Socket(
                upstream.address().getAddress(), upstream.address().getPort()).close());
    }

    private DemoResult demo(final TransportChoice transport) {
        return new Demo(new DemoOptions(folder, TransportOptions.DEFAULT.withChoice(transport),
                Duration.ofMillis(200), 4), progress -> { }).run();
    }
}
