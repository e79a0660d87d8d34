package io.ouli.engine;

import io.ouli.engine.http.RequestHead;

/** Records exchanges; one for each thread, any number of exchanges under way at once. */
public final class Recorder {
    Recorder() {
    }

    /**
     * Begins one exchange and gives it its place in the session's order. The request is copied, redacted.
     *
     * @return a pooled exchange, to be ended by {@link Exchange#complete} or {@link Exchange#abort}.
     */
    public Exchange begin(
            final Session session,
            final RequestHead head,
            final byte[] body,
            final int bodyOffset,
            final int bodyLength) {
        throw new IllegalStateException("not assembled yet");
    }
}
