package io.ouli.proxy.server;

import io.ouli.engine.Exchange;
import io.ouli.engine.OuliException;
import io.ouli.engine.PreparedRequest;
import io.ouli.engine.Recorder;
import io.ouli.engine.Session;
import io.ouli.engine.core.LazyLogger;
import io.ouli.engine.http.HeadWriter;
import io.ouli.engine.http.RequestHead;
import io.ouli.engine.http.ResponseHead;
import io.ouli.engine.http.ResponseHead.Framing;
import io.ouli.engine.metrics.Counter;
import io.ouli.proxy.server.ResponseRewriter.Marking;
import io.ouli.proxy.upstream.UpstreamCall;
import io.ouli.proxy.upstream.UpstreamFailure;
import io.ouli.proxy.upstream.UpstreamListener;
import io.ouli.proxy.upstream.UpstreamRequest;
import io.ouli.proxy.worker.SendQueue;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * One request that is answered by its upstream: streams the response to the client while recording it.
 *
 * <p>The interaction is handed to the writer when the response is whole, before its last bytes are sent: what a client
 * has got in full is recorded. If either side is lost before, nothing is recorded.
 */
final class Relay implements UpstreamListener {
    private static final Logger LOGGER = new LazyLogger(Relay.class);
    /** Bytes that may wait for a slow client; then the upstream is paused. */
    private static final int HIGH_WATER_BYTES = 256 << 10;
    private static final int LOW_WATER_BYTES = 64 << 10;
    private static final byte[] CRLF = {'\r', '\n'};
    private static final byte[] LAST_CHUNK = "0\r\n".getBytes(StandardCharsets.US_ASCII);

    private final ServerWorker worker;
    private final ClientConnection client;
    private final Route route;
    private final ResponseRewriter rewriter;
    private final SendQueue out;
    private Exchange exchange;
    private UpstreamCall call;
    private boolean toHead;
    private boolean http10;
    /** The client is of HTTP/1.0 and asks to keep its connection. */
    private boolean kept;
    /** The connection's end ends the reply. */
    private boolean byClose;
    private boolean headSent;
    private Framing framing;
    /** Whether the client gets chunks: the upstream's own, or one for each piece that comes. */
    private boolean ownChunks;
    private long bodyRemaining;
    private boolean paused;
    private boolean holding;
    private boolean over;

    Relay(final ServerWorker worker, final ClientConnection client, final Route route, final SendQueue out) {
        this.worker = worker;
        this.client = client;
        this.route = route;
        this.out = out;
        rewriter = route.rewriter();
    }

    /**
     * Sends a whole request upstream; it stays in its reader until the relay's end.
     *
     * @param prepared the same request, if another thread has redacted it; else null.
     */
    void start(final Session session, final RequestReader reader, final PreparedRequest prepared) {
        final RequestHead head = reader.requestHead();
        final UpstreamRequest request = new UpstreamRequest(
                head, reader.bytes(), reader.bodyStart(), reader.bodyLength(), !route.endpoint().fixedSession());
        if (route.endpoint().isFirstUpgrade(head)) {
            LOGGER.log(Level.WARNING, "endpoint " + route.endpoint().name() + ": a request asks for an upgrade, as for"
                    + " a WebSocket, which is not supported: such requests are forwarded without it; let the client"
                    + " reach the upstream itself for them");
        }
        toHead = request.isHead();
        http10 = head.minorVersion() == 0;
        kept = http10 && head.keepAlive();
        if (route.recorder() != null) {
            begin(session, request, prepared);
        }
        final UpstreamCall started = route.upstream().call(request, this);
        if (!over) {
            call = started;
        }
    }

    private void begin(final Session session, final UpstreamRequest request, final PreparedRequest prepared) {
        try {
            exchange = prepared != null
                    ? route.recorder().begin(session, prepared)
                    : request.bodyLength() == 0
                    ? beginWithoutBody(session, request.head())
                    : route.recorder().begin(
                            session, request.head(), request.body(), request.bodyOffset(), request.bodyLength());
        } catch (final OuliException e) {
            // The session has logged it; its clients are served all the same.
            exchange = null;
        }
    }

    /** A request that was recorded before, byte for byte, has the same key, and nothing in it is to be redacted. */
    private Exchange beginWithoutBody(final Session session, final RequestHead head) {
        final RequestMemo memo = route.recorded();
        final Recorder recorder = route.recorder();
        final int known = memo.find(head.bytes(), head.start(), head.end());
        if (known > 0) {
            return recorder.begin(session, head, memo.keys(), memo.keyOffset());
        }
        final Exchange begun = recorder.begin(session, head, head.bytes(), 0, 0);
        if (recorder.keyTellsAll()) {
            final int at = memo.keep(head.bytes(), head.start(), head.end());
            if (at >= 0) {
                recorder.copyKey(memo.keys(), at);
            }
        }
        return begun;
    }

    @Override
    public void onInterim(final ResponseHead head) {
        if (http10) {
            return;
        }
        final HeadWriter writer = worker.headWriter();
        rewriter.write(head, Marking.AS_IT_CAME, writer);
        out.add(writer.crlf());
        client.serve();
    }

    @Override
    public void onHead(final ResponseHead head, final Framing itsFraming) {
        framing = itsFraming;
        headSent = true;
        bodyRemaining = framing == Framing.LENGTH ? head.contentLength() : 0;
        byClose = http10 && (framing == Framing.CHUNKED || framing == Framing.CLOSE);
        ownChunks = framing == Framing.CLOSE && !http10;
        final Marking marking = byClose ? Marking.CLOSE
                : framing == Framing.CHUNKED || framing == Framing.CLOSE || toHead && head.chunked() && !http10
                ? Marking.CHUNKED : Marking.AS_IT_CAME;
        Marking written = null;
        HeadWriter writer = null;
        if (exchange != null) {
            written = ResponseRewriter.stored(head, framing, toHead);
            writer = write(head, written);
            exchange.responseHead(writer.bytes(), 0, writer.length());
        }
        if (kept && !byClose) {
            writer = worker.headWriter();
            rewriter.write(head, marking, writer);
            writer.write(KeptReply.FIELD, 0, KeptReply.FIELD.length).crlf();
        } else if (written != marking) {
            writer = write(head, marking);
        }
        holding |= framing == Framing.NONE && worker.commitsEach() && exchange != null;
        out.add(writer);
    }

    private HeadWriter write(final ResponseHead head, final Marking marking) {
        final HeadWriter writer = worker.headWriter();
        rewriter.write(head, marking, writer);
        return writer.crlf();
    }

    @Override
    public void onChunk(final long length) {
        if (!http10) {
            out.add(worker.headWriter().hex(length).crlf());
        }
    }

    @Override
    public void onData(final MemorySegment data, final long offset, final long length, final boolean endsChunk) {
        if (exchange != null) {
            exchange.responseBody(data, offset, length, endsChunk);
        }
        if (framing == Framing.LENGTH) {
            bodyRemaining -= length;
            holding |= bodyRemaining == 0 && exchange != null && (worker.commitsEach() || exchange.takesLong());
        }
        if (ownChunks) {
            out.add(worker.headWriter().hex(length).crlf());
        }
        out.add(data, offset, length);
        if (ownChunks || endsChunk && framing == Framing.CHUNKED && !http10) {
            out.add(CRLF);
        }
    }

    @Override
    public void onDelivered() {
        client.serve();
        if (!paused && !over && out.waitingBytes() > HIGH_WATER_BYTES) {
            paused = true;
            call.pause();
        }
    }

    /** The client has taken bytes: lets the upstream go on when few are left. */
    void queueDrained() {
        if (paused && !over && out.waitingBytes() < LOW_WATER_BYTES) {
            paused = false;
            call.resume();
        }
    }

    @Override
    public void onEnd(final byte[] trailers, final int trailersLength) {
        over = true;
        long ticket = Exchange.NO_TICKET;
        if (exchange != null) {
            if (trailersLength > 0) {
                exchange.responseTrailers(trailers, 0, trailersLength);
            }
            final Exchange whole = exchange;
            exchange = null;
            ticket = whole.completeSoon();
            worker.counters().increment(Counter.RECORDED);
        }
        if (ticket != Exchange.NO_TICKET) {
            holding = true;
        }
        if (!http10 && (ownChunks || framing == Framing.CHUNKED)) {
            out.add(LAST_CHUNK);
            if (trailersLength > 0 && !ownChunks) {
                out.add(trailers, 0, trailersLength);
            }
            out.add(CRLF);
        }
        if (ticket == Exchange.NO_TICKET) {
            committed();
        } else {
            worker.awaitCommit(this, route.recorder(), ticket);
        }
    }

    /** The interaction is on disk, or with its writer if nobody asked for that: the client may have the reply's end. */
    void committed() {
        holding = false;
        client.relayed(byClose);
    }

    /** {@return whether bytes that are the reply's end wait for the interaction to be redacted or on disk} */
    boolean holdsBack() {
        return holding;
    }

    @Override
    public void onFailure(final UpstreamFailure failure, final String detail) {
        over = true;
        worker.counters().increment(Counter.UPSTREAM_ERRORS);
        LOGGER.log(Level.WARNING, "endpoint " + route.endpoint().name() + ": " + failure.reason() + " (" + detail
                + "); " + failure.remedy());
        abort();
        if (headSent) {
            client.cutOff(holding);
            return;
        }
        final byte[] json = JsonReply.failure(
                failure.status(), "upstream-error", failure.code(), failure.reason(), detail);
        JsonReply.write(out, failure.status(), "upstream-error", json, toHead, kept);
        client.relayed(false);
    }

    /** The client is gone: gives up. */
    void clientGone() {
        abort();
        worker.forgetCommit(this);
        if (!over) {
            over = true;
            if (call != null) {
                call.cancel();
            }
        }
    }

    private void abort() {
        if (exchange != null) {
            exchange.abort();
            exchange = null;
        }
    }
}
