package io.ouli.engine;

/**
 * What is known of a live session, without opening anything.
 *
 * @param name       the session's.
 * @param replayable interactions that it replays from; 0 if nothing was opened for that yet.
 * @param recorded   interactions that it has begun to record in this run.
 * @param failure    why it is no longer recorded, or null.
 */
public record SessionStatus(String name, int replayable, int recorded, String failure) {
}
