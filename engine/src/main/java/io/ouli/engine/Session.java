package io.ouli.engine;

/** One session: its recording, and how far each of its requests has been replayed. Safe for use by several threads. */
public final class Session {
    Session() {
    }

    /** Returns the session's name. */
    public String name() {
        throw new IllegalStateException("not assembled yet");
    }

    /** Begins again: the next replay of each request gives its first reply. */
    public void reset() {
        throw new IllegalStateException("not assembled yet");
    }

    /** Keeps the recording mapped while a reply is on its way to a socket; pair with {@link #release}. */
    public void retain() {
        throw new IllegalStateException("not assembled yet");
    }

    /** Lets go of what {@link #retain} kept. */
    public void release() {
        throw new IllegalStateException("not assembled yet");
    }
}
