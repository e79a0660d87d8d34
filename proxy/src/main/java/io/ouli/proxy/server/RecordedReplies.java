package io.ouli.proxy.server;

import io.ouli.engine.ColdReply;
import io.ouli.engine.ReplayOutcome;
import io.ouli.engine.Replayer;
import io.ouli.engine.memory.FileCutException;
import io.ouli.engine.metrics.Counter;
import java.lang.foreign.MemorySegment;

/**
 * Sends one client what was recorded: in one part, in slices, without chunks where the client knows none, or read from
 * the disk while it is sent.
 */
final class RecordedReplies {
    private final ServerWorker worker;
    private final ClientConnection client;
    private final ClientOutput output;

    RecordedReplies(final ServerWorker worker, final ClientConnection client, final ClientOutput output) {
        this.worker = worker;
        this.client = client;
        this.output = output;
    }

    /**
     * Sends what a replayer has found.
     *
     * @return false if it has found nothing, and nothing is sent.
     */
    boolean send(
            final ReplayOutcome outcome, final Replayer replayer, final int minorVersion, final boolean toHead) {
        switch (outcome) {
            case HIT -> hit(replayer, minorVersion, toHead);
            case COLD -> cold(replayer, minorVersion, toHead);
            case DAMAGED -> addDamaged(toHead);
            default -> {
                return false;
            }
        }
        return true;
    }

    private void hit(final Replayer replayer, final int minorVersion, final boolean toHead) {
        worker.counters().increment(Counter.HITS);
        output.retain(replayer.source());
        if (minorVersion == 0 && replayer.chunked()) {
            strip(replayer.segment(), replayer.responseOffset(), replayer.responseLength(), toHead);
        } else if (output.kept()) {
            sendKept(replayer.segment(), replayer.responseOffset(), replayer.responseLength(), toHead);
        } else if (replayer.responseLength() > SliceSource.SLICE_BYTES) {
            output.source(new SliceSource(
                    replayer.segment(), replayer.responseOffset(), replayer.responseLength()));
        } else {
            output.write(replayer.segment(), replayer.responseOffset(), replayer.responseLength());
        }
    }

    /** Sends a reply in chunks without them. Its file may have been cut since it was checked, a moment ago. */
    private void strip(final MemorySegment segment, final long offset, final long length, final boolean toHead) {
        // The connection's end ends the body.
        client.last();
        output.kept(false);
        try {
            output.source(new ChunkStripper(segment, offset, length, output.queue()));
        } catch (final FileCutException e) {
            addDamaged(toHead);
        }
    }

    /** Sends a reply whose client is to know that its connection goes on. */
    private void sendKept(final MemorySegment segment, final long offset, final long length, final boolean toHead) {
        try {
            output.source(KeptReply.begin(segment, offset, length, output.queue()));
        } catch (final FileCutException e) {
            addDamaged(toHead);
        }
    }

    /** Sends a reply that has to be read first. What is changed for HTTP/1.0 is taken apart where it is mapped. */
    private void cold(final Replayer replayer, final int minorVersion, final boolean toHead) {
        final ColdReply reply = replayer.coldReply();
        final boolean chunks = minorVersion == 0 && replayer.chunked();
        if (chunks || output.kept()) {
            if (reply.checkMapped()) {
                worker.counters().increment(Counter.HITS);
                output.retain(replayer.source());
                if (chunks) {
                    strip(reply.segment(), reply.replyOffset(), reply.replyLength(), toHead);
                } else {
                    sendKept(reply.segment(), reply.replyOffset(), reply.replyLength(), toHead);
                }
            } else {
                addDamaged(toHead);
            }
            return;
        }
        final ColdSource started = new ColdSource(worker.coldReads(), this, replayer.source(), reply, toHead);
        output.source(started);
        started.start();
    }

    /** A part of a reply was read. */
    void ready(final boolean begun) {
        if (!begun) {
            worker.counters().increment(Counter.HITS);
        }
        client.serve();
    }

    /** A reply cannot be read beside other work: it is sent from where it is mapped, if none of it has left. */
    void unreadable(final ColdSource failed, final boolean begun) {
        final ColdReply reply = failed.reply();
        if (begun || !reply.checkMapped()) {
            damaged(failed, begun);
            return;
        }
        worker.counters().increment(Counter.HITS);
        output.retain(failed.replay());
        failed.close();
        output.source(new SliceSource(reply.segment(), reply.replyOffset(), reply.replyLength()));
        client.serve();
    }

    /** A reply's bytes are not those that were recorded. */
    void damaged(final ColdSource failed, final boolean begun) {
        failed.close();
        output.source(null);
        if (begun) {
            client.cut();
            return;
        }
        addDamaged(failed.toHead());
        client.serve();
    }

    /** A fault of the program met while a reply was read. */
    void fault(final Throwable e) {
        client.fault(e);
    }

    private void addDamaged(final boolean toHead) {
        worker.counters().increment(Counter.DAMAGED);
        output.add(FixedReply.DAMAGED, toHead);
    }
}
