package io.ouli.proxy.server;

import io.ouli.engine.Mode;
import io.ouli.engine.Recorder;
import io.ouli.engine.Replayer;
import io.ouli.proxy.upstream.Upstream;

/**
 * One endpoint as one worker serves it.
 *
 * @param endpoint what was configured.
 * @param replayer of this worker; null in mode record.
 * @param recorder of this worker; null in modes that record nothing.
 * @param upstream of this worker; null in mode replay, which so cannot touch one.
 * @param rewriter of response heads.
 * @param memo     of requests that were answered from a recording; null in mode record.
 * @param recorded of requests that were recorded; null in modes that record nothing.
 */
public record Route(
        Endpoint endpoint,
        Replayer replayer,
        Recorder recorder,
        Upstream upstream,
        ResponseRewriter rewriter,
        RequestMemo memo,
        RequestMemo recorded) {
    /** Describes a route; what replays remembers what it has answered, what records what it has recorded. */
    public Route(
            final Endpoint endpoint,
            final Replayer replayer,
            final Recorder recorder,
            final Upstream upstream,
            final ResponseRewriter rewriter) {
        this(endpoint, replayer, recorder, upstream, rewriter, replayer == null ? null : new RequestMemo(),
                recorder == null ? null : new RequestMemo());
    }

    /** Forgets requests: they may hold credentials. */
    void wipe() {
        if (memo != null) {
            memo.wipe();
        }
        if (recorded != null) {
            recorded.wipe();
        }
    }

    Mode mode() {
        return endpoint.mode();
    }
}
