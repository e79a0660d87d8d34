package io.ouli.perf.coldstart;

import io.ouli.perf.corpus.Corpus;
import io.ouli.perf.corpus.CorpusItem;
import io.ouli.perf.load.LoadException;
import io.ouli.perf.load.Prober;
import io.ouli.perf.server.ServerKind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The least server under Ouli's JDK and flags, with an AOT cache of its own: what is between it and hello-world no
 * server in Java can save.
 */
final class BareServer implements ServerKind, AutoCloseable {
    private static final long TRAINING_SECONDS = 60;

    private final CachedProgram program;

    /** Makes the program; its cache is made for the first start. */
    BareServer(final Path folder, final List<String> flags) throws IOException {
        program = new CachedProgram(folder, Bare.class, flags);
    }

    @Override
    public String name() {
        return "bare-server";
    }

    @Override
    public String missing() {
        return null;
    }

    @Override
    public String description() {
        return "the least server in Java: one reply, read from a file, for every connection";
    }

    @Override
    public List<String> prepare(final Corpus corpus, final Path folder, final int port) throws IOException {
        final CorpusItem first = corpus.items().getFirst();
        final byte[] body = first.expected().body();
        final byte[] head = ("HTTP/1.1 " + first.expected().status() + " \r\nContent-Length: " + body.length
                + "\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
        final Path reply = folder.resolve("reply");
        Files.write(reply, head);
        Files.write(reply, body, StandardOpenOption.APPEND);
        if (!program.isTrained()) {
            train(first, port, reply);
        }
        return program.command(Integer.toString(port), reply.toString());
    }

    private void train(final CorpusItem item, final int port, final Path reply) throws IOException {
        final List<String> command = program.training(Integer.toString(port), reply.toString(), "1");
        final Process process = CachedProgram.start(command);
        try {
            final Prober prober = new Prober(new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                    "127.0.0.1:" + port);
            boolean answered = false;
            while (!answered && process.isAlive()) {
                try {
                    prober.ask(item);
                    answered = true;
                } catch (final LoadException notYet) {
                    TimeUnit.MILLISECONDS.sleep(1);
                }
            }
            if (!process.waitFor(TRAINING_SECONDS, TimeUnit.SECONDS) || !program.isTrained()) {
                throw new LoadException("the bare server's AOT cache could not be made with "
                        + String.join(" ", command));
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LoadException("interrupted while the bare server's AOT cache was made");
        } finally {
            process.destroyForcibly();
        }
    }

    @Override
    public void close() throws IOException {
        program.delete();
    }
}
