package io.ouli.perf.server;

import io.ouli.engine.recording.Recording;
import io.ouli.perf.corpus.Corpus;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Ouli's proxy, recording what an upstream replies, with secrets and a pointer to look for in it. */
public final class OuliRecorder implements ServerKind {
    private static final int SECRETS = 8;

    private final String transport;
    private final InetSocketAddress upstream;

    /** Describes a recorder in front of {@code upstream}, on {@code io_uring} or {@code nio}. */
    public OuliRecorder(final String transport, final InetSocketAddress upstream) {
        this.transport = transport;
        this.upstream = upstream;
    }

    @Override
    public String name() {
        return "ouli record, " + transport;
    }

    @Override
    public String missing() {
        return OuliServer.staleProgram();
    }

    @Override
    public String description() {
        return "record, durability interval, " + SECRETS + " secrets, a JSON pointer, " + transport + ", 1 worker";
    }

    @Override
    public List<String> prepare(final Corpus corpus, final Path folder, final int port) throws IOException {
        final Path secrets = folder.resolve("secrets");
        Files.write(secrets, IntStream.range(0, SECRETS).mapToObj(i -> "not-a-secret-" + i + "-Zx7qT").toList());
        final List<String> command = new ArrayList<>(List.of("env", "OULI_SECRETS_FILE=" + secrets));
        command.addAll(OuliServer.program());
        command.addAll(List.of("record", "--target", "http://127.0.0.1:" + upstream.getPort(), "--listen",
                Integer.toString(port), "--dir", data(folder).toString(), "--transport", transport,
                "--redact-json", "/credentials/token"));
        return command;
    }

    @Override
    public String verify(final Path folder, final long replies) {
        final Recording recording = Recording.open(data(folder).resolve("default.ouli"));
        try {
            return recording.state() != Recording.State.SEALED ? "its recording is " + recording.state()
                    : recording.count() < replies ? recording.count() + " of " + replies + " replies were recorded"
                    : null;
        } finally {
            recording.release();
        }
    }

    @Override
    public Path data(final Path folder) {
        return folder.resolve("recordings");
    }
}
