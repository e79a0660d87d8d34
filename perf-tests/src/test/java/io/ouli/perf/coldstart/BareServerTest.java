package io.ouli.perf.coldstart;

import io.ouli.perf.corpus.Corpus;
import io.ouli.perf.load.Prober;
import io.ouli.perf.server.Pinning;
import io.ouli.perf.server.RunningServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class BareServerTest {
    @Test
    void shouldAnswerFromACacheOfItsOwnAndLeaveNothing(@TempDir final Path folder) throws Exception {
        final Corpus corpus = Corpus.generated(1, 1_000, 0, 1);
        try (BareServer bare = new BareServer(folder, List.of("-XX:+UseSerialGC"))) {
            // Started twice: after the training, and from the cache alone; a cache that is refused ends a start.
            for (int i = 0; i < 2; i++) {
                try (RunningServer server = RunningServer.start(bare, corpus, Pinning.NONE)) {
                    assertArrayEquals(corpus.items().getFirst().expected().body(),
                            new Prober(server.address(), "localhost").ask(corpus.items().getFirst()).body());
                    assertTrue(server.coldStartMillis() > 0);
                }
            }
        }
        try (Stream<Path> left = Files.list(folder)) {
            assertTrue(left.toList().isEmpty());
        }
    }
}
