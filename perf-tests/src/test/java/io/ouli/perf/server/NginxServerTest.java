package io.ouli.perf.server;

import io.ouli.perf.corpus.Corpus;
import io.ouli.perf.load.LoadException;
import io.ouli.perf.load.LoadOutcome;
import io.ouli.perf.load.LoadPlan;
import io.ouli.perf.load.LoadRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Peers are started where they are installed; where they are not, their absence must be said by name. */
@Timeout(120)
class NginxServerTest {
    private static final Corpus CORPUS = Corpus.generated(50, 400, 4, 3);

    @Test
    void shouldServeTheCorpusOrSayHowToInstallIt() throws Exception {
        for (final boolean whole : new boolean[] {true, false}) {
            final NginxServer kind = new NginxServer("nginx", whole);
            if (kind.missing() != null) {
                assertTrue(kind.missing().contains("install"));
                continue;
            }
            final ProcessHandle process;
            try (RunningServer server = RunningServer.start(kind, CORPUS, Pinning.NONE)) {
                process = server.process();
                final LoadOutcome outcome = new LoadRun(LoadPlan.of(server.address(), 200, 2, 0,
                        TimeUnit.MILLISECONDS.toNanos(500)), server.corpus(), process).execute();
                assertEquals(0, outcome.failures(), outcome.warnings()::toString);
                assertTrue(outcome.verified() >= 90, outcome.metrics()::toString);
                assertTrue(server.coldStartMillis() > 0);
            }
            assertFalse(process.isAlive());
        }
    }

    @Test
    void shouldSayWhyAServerDidNotStart() {
        final ServerKind broken = new Script("echo out of order; exit 3");
        final LoadException fault = assertThrows(LoadException.class,
                () -> RunningServer.start(broken, CORPUS, Pinning.NONE));
        assertTrue(fault.getMessage().contains("exit code 3"), fault::getMessage);
        assertTrue(fault.getMessage().contains("out of order"), fault::getMessage);
    }

    @Test
    void shouldNameThePeerThatIsNotThere(@TempDir final Path folder) throws Exception {
        assertTrue(new WireMockServer("wiremock", false, folder).missing().contains("mvn -Ppeers"));
        Files.createFile(folder.resolve("wiremock-standalone-3.13.2.jar"));
        assertEquals("wiremock-standalone-3.13.2, journal off",
                new WireMockServer("wiremock", false, folder).description());
    }

    private record Script(String text) implements ServerKind {
        @Override
        public String name() {
            return "script";
        }

        @Override
        public String missing() {
            return null;
        }

        @Override
        public String description() {
            return text;
        }

        @Override
        public List<String> prepare(final Corpus corpus, final Path folder, final int port) {
            return List.of("sh", "-c", text);
        }
    }
}
