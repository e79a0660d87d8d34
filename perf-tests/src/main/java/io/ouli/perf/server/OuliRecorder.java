package io.ouli.perf.server;

import io.ouli.perf.corpus.Corpus;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Ouli's proxy, recording what an upstream replies. */
public final class OuliRecorder implements ServerKind {
    private final String transport;
    private final InetSocketAddress upstream;

    /** Describes a recorder in front of {@code upstream}, on {@code io_uring} or {@code nio}. */
    public OuliRecorder(final String transport, final InetSocketAddress upstream) {
        this.transport = transport;
        this.upstream = upstream;
    }

    @Override
    public String name() {
        return "through ouli record, " + transport;
    }

    @Override
    public String missing() {
        return OuliServer.staleProgram();
    }

    @Override
    public String description() {
        return "record, durability interval, " + transport + ", 1 worker";
    }

    @Override
    public List<String> prepare(final Corpus corpus, final Path folder, final int port) {
        final List<String> command = new ArrayList<>(OuliServer.program());
        command.addAll(List.of("record", "--target", "http://127.0.0.1:" + upstream.getPort(), "--listen",
                Integer.toString(port), "--dir", data(folder).toString(), "--transport", transport));
        return command;
    }

    @Override
    public Path data(final Path folder) {
        return folder.resolve("recordings");
    }
}
