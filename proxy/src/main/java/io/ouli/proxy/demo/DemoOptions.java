package io.ouli.proxy.demo;

import io.ouli.engine.transport.TransportOptions;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How the demonstration is run.
 *
 * @param directory   where its recording is kept; one of an earlier demonstration is replaced.
 * @param transport   of the proxy.
 * @param measure     how long each of the two measurements lasts, after a warm-up of half of that.
 * @param connections of the second measurement.
 */
public record DemoOptions(Path directory, TransportOptions transport, Duration measure, int connections) {
    /** The session that is recorded. */
    public static final String SESSION = "demo";
}
