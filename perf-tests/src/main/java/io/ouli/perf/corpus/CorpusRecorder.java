package io.ouli.perf.corpus;

import io.ouli.engine.Engine;
import io.ouli.engine.EngineConfig;
import io.ouli.engine.EndpointPolicy;
import io.ouli.engine.Exchange;
import io.ouli.engine.Mode;
import io.ouli.engine.Recorder;
import io.ouli.engine.Session;
import io.ouli.engine.recording.Durability;
import io.ouli.engine.recording.ExistingPolicy;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Records a corpus through the embedding API, so that a replay needs no upstream to have existed. */
public final class CorpusRecorder {
    private static final String HOST = "upstream.example";

    private CorpusRecorder() {
    }

    /**
     * Records every request with its reply, and seals.
     *
     * @param corpus    each item must expect a reply with a body.
     * @param directory of the recordings; what the session has there is replaced.
     * @param session   the session's name.
     */
    public static void record(final Corpus corpus, final Path directory, final String session) {
        final EngineConfig config = EngineConfig.builder(directory).mode(Mode.RECORD)
                .existing(ExistingPolicy.REPLACE).durability(Durability.NONE).build();
        try (Engine engine = Engine.open(config); Arena arena = Arena.ofConfined()) {
            final Session into = engine.session(session);
            final Recorder recorder = engine.newRecorder(EndpointPolicy.defaults(), () -> { });
            final MemorySegment body = arena.allocate(Math.max(1, corpus.longestBody()));
            for (final CorpusItem item : corpus.items()) {
                final byte[] request = RenderedRequests.render(item, HOST);
                final Exchange exchange = recorder.begin(into, request, 0, request.length);
                final byte[] head = responseHead(item.expected());
                exchange.responseHead(head, 0, head.length);
                final byte[] reply = item.expected().body();
                MemorySegment.copy(reply, 0, body, ValueLayout.JAVA_BYTE, 0, reply.length);
                exchange.responseBody(body, 0, reply.length, true);
                exchange.complete();
            }
        }
    }

    /** {@return a reply's head as servers send it} */
    static byte[] responseHead(final ExpectedReply reply) {
        return ("HTTP/1.1 " + reply.status() + " OK\r\nServer: upstream\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\n"
                + "Content-Type: application/json\r\nContent-Length: " + reply.body().length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }
}
