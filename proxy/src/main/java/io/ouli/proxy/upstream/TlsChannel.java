package io.ouli.proxy.upstream;

import io.ouli.proxy.worker.EventLoop;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;

/**
 * A channel through TLS by an {@link SSLEngine}. What takes long in a handshake (signatures, certificate paths) runs on
 * other threads, one task at a time; everything else on the worker's.
 */
final class TlsChannel extends Channel {
    /** What may wait while a handshake's task runs; then receiving pauses. */
    private static final int MOST_WAITING_BYTES = 64 << 10;
    /** How long close_notify may take to leave. */
    private static final long GOODBYE_NANOS = 1_000_000_000;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SSLEngine engine;
    private final Executor executor;
    private final TlsBuffers buffers;
    /** Records that have come and were not taken yet lie from {@link #inputStart} to {@link #inputEnd}; may be null. */
    private byte[] input;
    private ByteBuffer inputView;
    private int inputStart;
    private int inputEnd;
    private boolean begun;
    private boolean open;
    private boolean tasking;
    /** The listener was told of the input's end, or of a failure. */
    private boolean ended;
    /** FIN came while a task was running. */
    private boolean endWaits;
    private boolean failed;
    private boolean closing;

    TlsChannel(final EventLoop loop, final SSLEngine engine, final Executor executor, final TlsBuffers buffers) {
        super(loop);
        this.engine = engine;
        this.executor = executor;
        this.buffers = buffers;
    }

    @Override
    boolean isSecuring() {
        return begun && !open;
    }

    @Override
    protected void onConnected() {
        if (isClosed()) {
            return;
        }
        begun = true;
        try {
            engine.beginHandshake();
        } catch (final SSLException e) {
            fail(e);
            return;
        }
        drive();
    }

    @Override
    protected void onReceived(final MemorySegment data, final long offset, final int length) {
        if (closing || ended) {
            return;
        }
        take(data, offset, length);
        drive();
    }

    private void take(final MemorySegment data, final long offset, final int length) {
        if (input == null) {
            use(buffers.takeInput());
            inputStart = 0;
            inputEnd = 0;
        }
        final int waiting = inputEnd - inputStart;
        if (input.length - inputEnd < length) {
            if (input.length - waiting < length) {
                use(Arrays.copyOf(input, Math.max(2 * input.length, inputEnd + length)));
            }
            System.arraycopy(input, inputStart, input, 0, waiting);
            inputStart = 0;
            inputEnd = waiting;
        }
        MemorySegment.copy(data, ValueLayout.JAVA_BYTE, offset, input, inputEnd, length);
        inputEnd += length;
    }

    private void use(final byte[] array) {
        input = array;
        inputView = ByteBuffer.wrap(array);
    }

    /** Does everything that can be done now. */
    private void drive() {
        try {
            boolean more = true;
            while (more && !isClosed() && !closing && !ended) {
                more = step();
            }
        } catch (final SSLException e) {
            fail(e);
            return;
        }
        if (input != null && (inputStart == inputEnd || isClosed() || closing || ended)) {
            releaseInput();
        }
        flush();
    }

    /**
     * Takes one step of the engine's.
     *
     * @return whether another may follow at once.
     */
    private boolean step() throws SSLException {
        if (tasking) {
            if (inputEnd - inputStart > MOST_WAITING_BYTES) {
                pause();
            }
            return false;
        }
        return switch (engine.getHandshakeStatus()) {
            case NEED_TASK -> {
                if (open) {
                    throw new SSLException("it asks for another handshake in the middle of the connection");
                }
                runTasks();
                yield false;
            }
            case NEED_WRAP -> wrap(NOTHING);
            case NOT_HANDSHAKING, FINISHED -> {
                if (!open) {
                    open = true;
                    resume();
                    listener.onOpen();
                }
                yield unwrap();
            }
            default -> unwrap();
        };
    }

    private void runTasks() {
        tasking = true;
        executor.execute(() -> {
            for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
                task.run();
            }
            loop.execute(this::tasksDone);
        });
    }

    private void tasksDone() {
        tasking = false;
        if (!isClosed() && !closing) {
            drive();
            if (endWaits && !tasking) {
                onReceiveEnd();
            }
        }
    }

    private boolean unwrap() throws SSLException {
        if (input == null) {
            return false;
        }
        final ByteBuffer plaintext = buffers.plaintext();
        final SSLEngineResult result = engine.unwrap(inputView.limit(inputEnd).position(inputStart), plaintext);
        inputStart += result.bytesConsumed();
        if (result.bytesProduced() > 0) {
            listener.onBytes(buffers.plaintextSegment(), 0, result.bytesProduced());
        }
        return switch (result.getStatus()) {
            case OK -> result.bytesConsumed() > 0
                    || result.getHandshakeStatus() != SSLEngineResult.HandshakeStatus.NEED_UNWRAP;
            case BUFFER_OVERFLOW -> {
                buffers.growPlaintext(engine.getSession().getApplicationBufferSize());
                yield true;
            }
            case CLOSED -> {
                end(true);
                yield false;
            }
            default -> false;
        };
    }

    /**
     * Makes one record.
     *
     * @return whether anything came of it.
     */
    private boolean wrap(final ByteBuffer source) throws SSLException {
        while (true) {
            final ByteBuffer records = buffers.records();
            final SSLEngineResult result = engine.wrap(source, records);
            if (result.getStatus() != SSLEngineResult.Status.BUFFER_OVERFLOW) {
                out.add(records.array(), 0, records.position());
                return result.bytesProduced() > 0;
            }
            buffers.growRecords(engine.getSession().getPacketBufferSize());
        }
    }

    @Override
    void add(final byte[] source, final int offset, final int length) {
        final ByteBuffer plaintext = ByteBuffer.wrap(source, offset, length);
        try {
            while (plaintext.hasRemaining()) {
                if (!wrap(plaintext)) {
                    throw new SSLException("it takes nothing more");
                }
            }
        } catch (final SSLException e) {
            // Whoever adds bytes is not to be told while he does: the connection's end tells.
            cut();
        }
    }

    @Override
    protected void onReceiveEnd() {
        if (tasking) {
            endWaits = true;
        } else if (!open && !closing && !ended) {
            fail(new SSLException("the connection was closed in the handshake"));
        } else {
            end(false);
        }
    }

    private void end(final boolean authentic) {
        if (!ended && !closing) {
            ended = true;
            listener.onEnd(authentic);
        }
    }

    private void fail(final SSLException e) {
        ended = true;
        failed = true;
        try {
            // The alert that tells the upstream why.
            wrap(NOTHING);
        } catch (final SSLException suppressed) {
            e.addSuppressed(suppressed);
        }
        flush();
        if (input != null) {
            releaseInput();
        }
        listener.onFailure(String.valueOf(e.getMessage()).replaceAll("\\s+", " "));
    }

    @Override
    void close() {
        if (isClosed() || closing) {
            return;
        }
        closing = true;
        if (open && !failed) {
            engine.closeOutbound();
            try {
                wrap(NOTHING);
            } catch (final SSLException e) {
                cut();
                return;
            }
        }
        flush();
        if (isSending()) {
            loop.timers().arm(this, loop.nowNanos() + GOODBYE_NANOS);
        } else {
            cut();
        }
    }

    @Override
    protected void onSent() {
        super.onSent();
        if (closing && !isSending()) {
            cut();
        }
    }

    @Override
    protected void onTimeout() {
        cut();
    }

    @Override
    protected void onClosed(final int cause) {
        if (input != null) {
            releaseInput();
        }
        super.onClosed(cause);
    }

    private void releaseInput() {
        buffers.releaseInput(input);
        input = null;
        inputView = null;
        inputStart = 0;
        inputEnd = 0;
    }
}
