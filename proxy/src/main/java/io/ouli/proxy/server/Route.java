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
 */
public record Route(
        Endpoint endpoint, Replayer replayer, Recorder recorder, Upstream upstream, ResponseRewriter rewriter) {
    Mode mode() {
        return endpoint.mode();
    }
}
