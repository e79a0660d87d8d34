package io.ouli.engine.match;

/** The requests of one recording in their recorded order, for those who must look at them all. */
public interface RecordedRequests {
    /** {@return how many there are} */
    int count();

    /**
     * Copies the beginning of a request: its redacted HTTP/1.1 bytes, head and body.
     *
     * @param position in the recorded order, counted from 0.
     * @param target   takes as many bytes as it can from index 0.
     * @return the request's whole length in bytes, or -1 if it is damaged.
     */
    int copy(int position, byte[] target);
}
