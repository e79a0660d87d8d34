package io.ouli.proxy.upstream;

import io.ouli.engine.http.ResponseHead;
import java.lang.foreign.MemorySegment;

/**
 * Receives one response as it comes, on the worker's thread: any number of {@link #onInterim}, one {@link #onHead}, the
 * body in parts, then {@link #onEnd}; after what came together, an {@link #onDelivered}. At any time it may be
 * {@link #onFailure} instead, after which nothing comes.
 */
public interface UpstreamListener {
    /** A 1xx response; the head is valid until this returns. */
    void onInterim(ResponseHead head);

    /** The final response's head, valid until this returns. */
    void onHead(ResponseHead head, ResponseHead.Framing framing);

    /** A chunk of this many bytes begins; only with {@link ResponseHead.Framing#CHUNKED}. */
    void onChunk(long length);

    /**
     * Body bytes after transfer decoding, valid until this returns.
     *
     * @param endsChunk whether the chunk ends with them.
     */
    void onData(MemorySegment data, long offset, long length, boolean endsChunk);

    /** Everything that came together was delivered: the moment to send on what was gathered. */
    void onDelivered();

    /** The response is whole; the trailers are field lines, each with its CRLF. */
    void onEnd(byte[] trailers, int trailersLength);

    /** The response will not come, or not come whole. */
    void onFailure(UpstreamFailure failure, String detail);
}
