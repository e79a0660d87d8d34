package io.ouli.engine;

import io.ouli.engine.http.RequestHead;
import io.ouli.engine.http.RequestParser;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/** Speaks with an engine in whole messages, for tests. */
final class EngineHarness {
    private EngineHarness() {
    }

    static byte[] bytes(final String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static String text(final byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    static RequestHead parse(final byte[] message) {
        final RequestHead head = new RequestHead(Limits.MAX_HEADERS);
        final int length = new RequestParser().parse(message, 0, message.length, head);
        if (length <= 0) {
            throw new AssertionError("not a request: " + text(message));
        }
        return head;
    }

    static String get(final String target) {
        return "GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n";
    }

    static String ok(final String body) {
        return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    static Exchange begin(final Recorder recorder, final Session session, final String request) {
        final byte[] message = bytes(request);
        final RequestHead head = parse(message);
        return recorder.begin(session, head, message, head.end(), message.length - head.end());
    }

    /** Gives a response with a whole body, not in chunks. */
    static long complete(final Exchange exchange, final String response) {
        final int headLength = response.indexOf("\r\n\r\n") + 4;
        exchange.responseHead(bytes(response), 0, headLength);
        body(exchange, response.substring(headLength), false);
        return exchange.complete();
    }

    static void body(final Exchange exchange, final String part, final boolean endsChunk) {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment data = arena.allocate(Math.max(1, part.length()));
            MemorySegment.copy(bytes(part), 0, data, ValueLayout.JAVA_BYTE, 0, part.length());
            exchange.responseBody(data, 0, part.length(), endsChunk);
        }
    }

    static long record(final Recorder recorder, final Session session, final String request, final String response) {
        return complete(begin(recorder, session, request), response);
    }

    static ReplayOutcome look(final Replayer replayer, final Session session, final String request) {
        final byte[] message = bytes(request);
        final RequestHead head = parse(message);
        return replayer.replay(session, head, message, head.end(), message.length - head.end());
    }

    /** Returns the reply, or the outcome's name. */
    static String replay(final Replayer replayer, final Session session, final String request) {
        final ReplayOutcome outcome = look(replayer, session, request);
        return outcome == ReplayOutcome.HIT ? reply(replayer) : outcome.name();
    }

    static String reply(final Replayer replayer) {
        return text(replayer.segment().asSlice(replayer.responseOffset(), replayer.responseLength())
                .toArray(ValueLayout.JAVA_BYTE));
    }
}
