package io.ouli.perf.corpus;

import io.ouli.engine.Engine;
import io.ouli.engine.EngineConfig;
import io.ouli.engine.EndpointPolicy;
import io.ouli.engine.ReplayOutcome;
import io.ouli.engine.Replayer;
import io.ouli.engine.Session;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class CorpusRecorderTest {
    @Test
    void shouldRecordWhatReplaysByteForByte(@TempDir final Path folder) {
        final Corpus corpus = Corpus.generated(300, 500, 3, 9);
        CorpusRecorder.record(corpus, folder, "s");
        try (Engine engine = Engine.open(EngineConfig.builder(folder).build())) {
            final Session session = engine.session("s");
            final Replayer replayer = engine.newReplayer(EndpointPolicy.defaults());
            for (final CorpusItem item : corpus.items()) {
                final byte[] request = RenderedRequests.render(item, "another.host:1");
                assertEquals(ReplayOutcome.HIT, replayer.replay(session, request, 0, request.length));
                final String reply = new String(replayer.segment()
                        .asSlice(replayer.responseOffset(), replayer.responseLength()).toArray(ValueLayout.JAVA_BYTE),
                        StandardCharsets.US_ASCII);
                assertTrue(reply.endsWith("\r\n\r\n" + new String(item.expected().body(), StandardCharsets.US_ASCII)));
            }
        }
    }
}
