package io.ouli.perf.server;

import io.ouli.perf.corpus.Corpus;
import io.ouli.perf.load.LoadOutcome;
import io.ouli.perf.load.LoadPlan;
import io.ouli.perf.load.LoadRun;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The whole way in seconds: record a corpus, start the proxy as users do, load it, compare every byte. */
@Timeout(120)
class OuliServerTest {
    @Test
    void shouldReplayTheCorpusInAProcessOfItsOwn() throws Exception {
        final ProcessHandle process;
        try (RunningServer server = RunningServer.start(new OuliServer("ouli-nio", "nio", 1),
                Corpus.generated(100, 500, 4, 11), Pinning.NONE)) {
            process = server.process();
            final LoadOutcome outcome = new LoadRun(LoadPlan.of(server.address(), 100, 2, 0,
                    TimeUnit.SECONDS.toNanos(1)), server.corpus(), process).execute();
            assertEquals(0, outcome.failures(), outcome.warnings()::toString);
            assertEquals(100, outcome.latency().getTotalCount());
            assertTrue(outcome.verified() > 0, outcome.metrics()::toString);
            assertTrue(server.dataBytes() > 50_000);
        }
        assertFalse(process.isAlive());
    }

    @Test
    void shouldMeasureTheLaunchersProgramFromWhateverFolder(@TempDir final Path clone) throws Exception {
        final Path launcher = clone.resolve("ouli");
        Files.writeString(launcher, "#!/bin/sh");
        assertTrue(launcher.toFile().setExecutable(true));
        Files.createDirectories(clone.resolve("proxy/target"));
        Files.writeString(clone.resolve("proxy/target/ouli.jar"), "");
        System.setProperty(OuliServer.LAUNCHER_PROPERTY, launcher.toString());
        try {
            assertEquals(List.of(launcher.toString()), OuliServer.program());
            assertTrue(new OuliServer("ouli", "nio", 1).description().endsWith(", started by ./ouli"));
        } finally {
            System.clearProperty(OuliServer.LAUNCHER_PROPERTY);
        }
    }

    @Test
    void shouldStandStillWhileFrozenAndStillEnd() throws Exception {
        final ProcessHandle process;
        final ServerKind busy = new OuliServer("ouli-nio", "nio", 1).with("ouli-busy", "--busy-poll");
        try (RunningServer server = RunningServer.start(busy, Corpus.generated(1, 100, 1, 11), Pinning.NONE)) {
            process = server.process();
            assertTrue(server.freeze());
            try (Socket client = new Socket(server.address().getAddress(), server.address().getPort())) {
                client.getOutputStream().write("GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(US_ASCII));
                client.setSoTimeout(200);
                assertThrows(SocketTimeoutException.class, () -> client.getInputStream().read());
                server.thaw();
                client.setSoTimeout(60_000);
                assertEquals('H', client.getInputStream().read());
            }
            assertTrue(server.freeze());
        }
        assertFalse(process.isAlive());
    }
}
