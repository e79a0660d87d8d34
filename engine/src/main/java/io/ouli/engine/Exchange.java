package io.ouli.engine;

import java.lang.foreign.MemorySegment;

/**
 * One request whose response is being recorded while it streams to the client.
 *
 * <p>Used by the thread of its {@link Recorder} only. Nothing is stored before {@link #complete}: an exchange that is
 * aborted, or whose process dies, leaves no half interaction.
 */
public final class Exchange {
    Exchange() {
    }

    /**
     * Takes the final response's head: status line, end-to-end header fields and the empty line, hop-by-hop fields
     * already dropped. {@code Transfer-Encoding: chunked} stays in it when the upstream chunked its body.
     */
    public void responseHead(final byte[] bytes, final int offset, final int length) {
        throw new IllegalStateException("not assembled yet");
    }

    /**
     * Takes a part of the response's body after transfer decoding.
     *
     * @param endsChunk whether the upstream's chunk ends with it; ignored when the body is not chunked.
     */
    public void responseBody(final MemorySegment data, final long offset, final long length, final boolean endsChunk) {
        throw new IllegalStateException("not assembled yet");
    }

    /** Takes the trailer section of a chunked body: field lines, each with its CRLF, without the last empty line. */
    public void responseTrailers(final byte[] bytes, final int offset, final int length) {
        throw new IllegalStateException("not assembled yet");
    }

    /** Ends the exchange: redacts the response, and hands the interaction to the session's writer. */
    public void complete() {
        throw new IllegalStateException("not assembled yet");
    }

    /** Forgets the exchange; nothing of it is stored. */
    public void abort() {
        throw new IllegalStateException("not assembled yet");
    }
}
