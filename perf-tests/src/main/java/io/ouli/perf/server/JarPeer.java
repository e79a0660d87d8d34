package io.ouli.perf.server;

import java.nio.file.Path;

/**
 * A server to compare with that comes in a jar, which is fetched only when asked for; with the journal of requests that
 * it keeps unless told otherwise, or without.
 */
abstract class JarPeer implements ServerKind {
    final boolean journal;
    /** Null when it is not there. */
    final Path jar;
    private final String name;

    /**
     * Describes one way of starting it.
     *
     * @param journal whether it remembers requests, as it does unless told otherwise.
     * @param peers   the folder with its jar.
     * @param prefix  what the jar's name begins with.
     */
    JarPeer(final String name, final boolean journal, final Path peers, final String prefix) {
        this.name = name;
        this.journal = journal;
        jar = PeerJars.find(peers, prefix);
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public String missing() {
        return jar == null ? PeerJars.MISSING : null;
    }

    @Override
    public String description() {
        return jar.getFileName().toString().replace(".jar", "") + ", journal " + (journal ? "as by default" : "off");
    }
}
