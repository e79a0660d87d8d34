package io.ouli.engine;

import io.ouli.engine.core.LazyLogger;
import io.ouli.engine.events.Events;
import io.ouli.engine.events.RequestEvent;
import io.ouli.engine.fingerprint.Fingerprinter.FormTaker;
import io.ouli.engine.http.HttpFault;
import io.ouli.engine.http.RequestHead;
import io.ouli.engine.http.ResponseHead;
import io.ouli.engine.http.ResponseHead.Framing;
import io.ouli.engine.http.ResponseParser;
import io.ouli.engine.recording.Frame;
import io.ouli.engine.recording.FrameBuilder;
import io.ouli.engine.recording.RecordingException;
import io.ouli.engine.redaction.RedactionException;
import io.ouli.engine.testserver.TestServerMark;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/**
 * One request whose response is being recorded while it streams to the client.
 *
 * <p>Used by the thread of its {@link Recorder} only. Nothing is stored before {@link #complete}: an exchange that is
 * aborted, or whose process dies, leaves no half interaction.
 */
public final class Exchange {
    /** What {@link #complete} returns if there is nothing to wait for. */
    public static final long NO_TICKET = 0;

    private static final Logger LOGGER = new LazyLogger(Exchange.class);
    private static final byte[] CONTENT_ENCODING = "content-encoding".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] HEAD = "HEAD".getBytes(StandardCharsets.US_ASCII);

    private final Recorder recorder;
    private final FrameBuilder builder;
    private final FormTaker keyTaker;
    private final ResponseParser parser = new ResponseParser();
    private final ResponseHead head = new ResponseHead(Limits.MAX_HEADERS);
    private final ResponseBody body = new ResponseBody();
    private byte[] headBytes = new byte[1 << 10];
    private byte[] trailers = {};
    private int trailersLength;
    private Session session;
    private TestServerMark mark;
    private boolean chained;
    private boolean toHead;
    /** Begun, and neither completed nor aborted. */
    private boolean underWay;
    private boolean headTaken;
    /** Why the response cannot be recorded; null as long as it can. */
    private String unrecordable;
    private long beginNanos;
    private Frame frame;
    private long ticket;
    private RequestEvent event;

    Exchange(final Recorder recorder, final FrameBuilder builder) {
        this.recorder = recorder;
        this.builder = builder;
        keyTaker = builder::keyOf;
    }

    void begin(
            final Session owner,
            final int sequence,
            final long epochNanos,
            final RequestHead request,
            final byte[] requestBody,
            final int requestBodyOffset,
            final int requestBodyLength,
            final TestServerMark testServerMark) {
        session = owner;
        mark = testServerMark;
        chained = mark != null && owner.testServerChain() != null && TestServerChain.isNamed(request);
        toHead = request.methodEnd() - request.methodStart() == HEAD.length
                && Arrays.equals(request.bytes(), request.methodStart(), request.methodEnd(), HEAD, 0, HEAD.length);
        underWay = true;
        headTaken = false;
        unrecordable = null;
        trailersLength = 0;
        body.clear();
        beginNanos = System.nanoTime();
        event = Events.on() ? RequestEvent.begun() : null;
        builder.begin(sequence, epochNanos);
        StoredRequest.write(builder, request, requestBody, requestBodyOffset, requestBodyLength, mark);
    }

    /** Takes what the key is the digest of, to be found by whoever writes it, or at once. */
    FormTaker keyTaker() {
        return keyTaker;
    }

    /** Takes the key that is known. */
    void key(final byte[] keys, final int offset) {
        builder.key(keys, offset);
    }

    void copyKey(final byte[] target, final int offset) {
        checkUnderWay();
        builder.copyKey(target, offset);
    }

    /**
     * Takes the head of the final response: status line, end-to-end header fields and the empty line, without
     * hop-by-hop fields. {@code Transfer-Encoding: chunked} stays if the upstream chunked the body.
     *
     * @throws IllegalArgumentException if it is no head, or one of an interim response (1xx), after which a client
     *                                  would wait for the final one.
     */
    public void responseHead(final byte[] bytes, final int offset, final int length) {
        checkUnderWay();
        if (headTaken) {
            throw new IllegalStateException("the response's head was given already");
        }
        if (headBytes.length < length) {
            headBytes = new byte[length];
        }
        System.arraycopy(bytes, offset, headBytes, 0, length);
        parser.reset();
        final int parsed = parser.parse(headBytes, 0, length, head);
        if (parsed <= 0 || parsed != length) {
            throw new IllegalArgumentException("not a response's head: " + (parsed == ResponseParser.REFUSED
                    ? parser.fault().reason()
                    : parsed == ResponseParser.INCOMPLETE ? "it is cut short" : "bytes follow it")
                    + "; give status line, fields and the empty line");
        }
        if (head.interim()) {
            throw new IllegalArgumentException("a response of status " + head.status()
                    + " is an interim one, which is not recorded; give the final response");
        }
        headTaken = true;
    }

    /**
     * Takes a part of the response's body after transfer decoding.
     *
     * @param offset    of its first byte in {@code data}.
     * @param length    in bytes.
     * @param endsChunk whether the upstream's chunk ends with this part; ignored if the body is not chunked.
     * @throws IndexOutOfBoundsException if that is not all in {@code data}.
     */
    public void responseBody(final MemorySegment data, final long offset, final long length, final boolean endsChunk) {
        checkHead();
        Objects.checkFromIndexSize(offset, length, data.byteSize());
        if (append(data, offset, length) && endsChunk && head.chunked()) {
            body.endChunk(System.nanoTime() - beginNanos);
        }
    }

    /**
     * Takes a part of the response's body with its time of arrival; it is a whole chunk if the body is chunked.
     *
     * @param elapsedNanos time since the request arrived.
     */
    public void responseChunk(final byte[] data, final long elapsedNanos) {
        checkHead();
        if (append(MemorySegment.ofArray(data), 0, data.length) && head.chunked()) {
            body.endChunk(elapsedNanos);
        }
    }

    /** Gathers bytes, unless the body is one that cannot be recorded: then it is let go of at once. */
    private boolean append(final MemorySegment data, final long offset, final long length) {
        if (unrecordable != null) {
            return false;
        }
        try {
            if (body.append(data, offset, length, Limits.MAX_RESPONSE_BYTES)) {
                return true;
            }
            unrecordable = "it is longer than " + Limits.MAX_RESPONSE_BYTES + " bytes";
        } catch (final OutOfMemoryError e) {
            unrecordable = HeapExhausted.reason();
        }
        body.clear();
        return false;
    }

    /**
     * Takes the trailer section of a chunked body: field lines, each with its CRLF, without the last empty line.
     *
     * @throws IllegalArgumentException if it is none: whoever reads the reply would take the rest for another one.
     */
    public void responseTrailers(final byte[] bytes, final int offset, final int length) {
        checkHead();
        final HttpFault fault = recorder.trailerSection().read(bytes, offset, length);
        if (fault != null) {
            throw new IllegalArgumentException("not a trailer section: " + fault.reason()
                    + "; give field lines, each with its CRLF, and no empty line");
        }
        if (trailers.length < length) {
            trailers = new byte[length];
        }
        System.arraycopy(bytes, offset, trailers, 0, length);
        trailersLength = length;
    }

    /**
     * {@return whether {@link #completeSoon}, called now, leaves redaction to another thread: the client must not have
     * the reply's end before that is done}
     */
    public boolean takesLong() {
        return headTaken && body.length() > (head.headers().find(CONTENT_ENCODING, 0) >= 0
                ? Limits.MAX_CODED_BYTES_REDACTED_INLINE : Limits.MAX_BYTES_REDACTED_INLINE);
    }

    /**
     * Ends the exchange like {@link #complete}, for a thread that others wait for: a large response is redacted and
     * handed over by another thread.
     *
     * @return in that case, too, a ticket for {@link Recorder#isCommitted}, whatever the durability; it holds once the
     *         interaction was handed to the session's writer, or with durability {@code each} is on disk, or cannot be
     *         recorded, which was logged then.
     * @throws OuliException if the engine was closed meanwhile: the interaction is not recorded.
     */
    public long completeSoon() {
        checkUnderWay();
        if (!takesLong()) {
            return complete();
        }
        if (!isWhole()) {
            return notRecorded();
        }
        underWay = false;
        if (chained) {
            // Before it is handed over: from then on this is the other thread's, and the writer's soon.
            session.testServerChain().recorded(mark);
        }
        final long later = recorder.submitLater(this);
        if (later == NO_TICKET) {
            underWay = true;
            abort();
            throw Engine.closedError();
        }
        return later;
    }

    /**
     * Ends the exchange: redacts the response, and hands the interaction to the session's writer. The exchange must not
     * be used any more.
     *
     * @return with durability {@code each}, a ticket for {@link Recorder#isCommitted}, which must hold before the
     *         client's reply may end; otherwise {@link #NO_TICKET}.
     * @throws OuliException if the engine was closed meanwhile: the interaction is not recorded or, if the two happened
     *                       at the same time, may not be.
     */
    public long complete() {
        checkUnderWay();
        if (!isWhole() || !build(recorder.redactionFor(session))) {
            return notRecorded();
        }
        underWay = false;
        if (chained) {
            session.testServerChain().recorded(mark);
        }
        return recorder.submit(this);
    }

    /** {@return whether all came that makes a response; if not, it is said why it cannot be recorded} */
    private boolean isWhole() {
        if (!headTaken) {
            throw new IllegalStateException("an exchange without a response is aborted, not completed");
        }
        if (unrecordable == null && tellsLength() && head.contentLength() != body.length()) {
            unrecordable = "its Content-Length is " + head.contentLength() + ", its body has " + body.length()
                    + " bytes";
        }
        if (unrecordable != null) {
            return false;
        }
        if (recorder.isClosed()) {
            abort();
            throw Engine.closedError();
        }
        if (head.chunked()) {
            body.endChunk(System.nanoTime() - beginNanos);
        }
        return true;
    }

    /** {@return whether the head says how long the body is; what answers a HEAD says so of another one} */
    private boolean tellsLength() {
        return head.framing(toHead) == Framing.LENGTH || !toHead && head.contentLength() == 0;
    }

    /**
     * Redacts the response and builds the frame.
     *
     * @return false if it cannot be recorded, and it is said why.
     */
    private boolean build(final ResponseRedaction redaction) {
        try {
            redaction.redact(head, body, trailers, trailersLength);
            builder.flags(redaction.write(builder, toHead));
            builder.status(head.status());
            frame = builder.finish();
        } catch (final OutOfMemoryError e) {
            unrecordable = HeapExhausted.reason();
            return false;
        } catch (final RedactionException e) {
            unrecordable = e.getMessage();
            return false;
        } catch (final RecordingException e) {
            // With its head, or with a placeholder longer than what it stands for, it is larger than its body was.
            if (e.reason() != RecordingException.Reason.LIMIT) {
                throw e;
            }
            unrecordable = "with its head it is longer than " + Limits.MAX_RESPONSE_BYTES + " bytes";
            return false;
        } finally {
            redaction.forget();
            body.clear();
        }
        if (event != null) {
            event.done(session.name(), Mode.RECORD, frame.length());
            event = null;
        }
        return true;
    }

    /** Redacts by the thread that does so for others. What cannot be recorded goes to the writer without a frame. */
    void buildLater(final ResponseRedaction redaction) {
        boolean built = false;
        try {
            built = build(redaction);
        } catch (final RuntimeException | Error e) {
            unrecordable = "a fault of Ouli itself: " + e;
        }
        if (!built) {
            tellOfUnrecordable();
            builder.abort();
        }
    }

    private void tellOfUnrecordable() {
        LOGGER.log(Level.WARNING,
                "session " + session.name() + ": a response was not recorded: " + unrecordable);
    }

    private long notRecorded() {
        tellOfUnrecordable();
        abort();
        return NO_TICKET;
    }

    /**
     * Discards the exchange; nothing of it is stored. It must not be used any more. Right after {@link #complete} this
     * does nothing, so that it can stand in a finally block.
     */
    public void abort() {
        if (underWay) {
            recorder.checkThread();
            underWay = false;
            builder.abort();
            body.clear();
            recorder.takeBack(this);
        }
    }

    private void checkUnderWay() {
        recorder.checkThread();
        if (!underWay) {
            throw new IllegalStateException("the exchange was completed or aborted already; begin another");
        }
    }

    private void checkHead() {
        checkUnderWay();
        if (!headTaken) {
            throw new IllegalStateException("the response's head comes first");
        }
    }

    Session session() {
        return session;
    }

    Recorder recorder() {
        return recorder;
    }

    /** {@return what was built; null if it could not be} */
    Frame frame() {
        return frame;
    }

    long ticket() {
        return ticket;
    }

    void ticket(final long value) {
        ticket = value;
    }

    /** Returns the frame's memory to its pool after it was written. */
    void release() {
        if (frame != null) {
            frame.release();
            frame = null;
        }
        session = null;
    }
}
