package io.ouli.perf.server;

import io.ouli.perf.corpus.Corpus;
import io.ouli.perf.corpus.CorpusItem;
import io.ouli.perf.corpus.ExpectedReply;
import io.ouli.perf.load.LoadException;
import io.ouli.perf.load.Prober;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A server in a process of its own, ready to answer; closing it ends the process and removes its folder. */
public final class RunningServer implements AutoCloseable {
    private static final long START_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long STOP_SECONDS = 10;
    private static final int MOST_LOG_BYTES = 2_000;

    private final ServerKind kind;
    private final Process process;
    private final InetSocketAddress address;
    private final Corpus corpus;
    private final Path folder;
    private final double coldStartMillis;
    private final long dataBytes;
    /** Who interrupts a benchmark must not have servers left behind that spin or stand still. */
    private final Thread hook = new Thread(this::end, "ouli-bench-server");
    private boolean frozen;
    private boolean ended;

    private RunningServer(
            final ServerKind kind,
            final Process process,
            final InetSocketAddress address,
            final Corpus corpus,
            final Path folder,
            final long coldStartNanos) throws IOException {
        this.kind = kind;
        this.process = process;
        this.address = address;
        this.corpus = corpus;
        this.folder = folder;
        coldStartMillis = coldStartNanos / 1e6;
        final Path data = kind.data(folder);
        dataBytes = data == null ? 0 : size(data);
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /**
     * Prepares and starts a server, and waits until it answers the corpus' first request rightly.
     *
     * @throws LoadException if it ends, answers wrongly or takes longer than a minute; with the end of its log.
     */
    public static RunningServer start(final ServerKind kind, final Corpus corpus, final Pinning pinning)
            throws IOException, InterruptedException {
        if (kind.missing() != null) {
            throw new LoadException(kind.name() + " cannot be started: " + kind.missing());
        }
        final Path folder = Files.createTempDirectory("ouli-bench-" + kind.name().replaceAll("[^A-Za-z0-9-]", "-"));
        final int port = freePort();
        final List<String> command = pinning.onServerCore(kind.prepare(corpus, folder, port));
        final Corpus answers = kind.answers(corpus);
        final InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        final Path log = folder.resolve("server.log");
        final ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(log.toFile()).redirectInput(new File("/dev/null"));
        builder.environment().put("OULI_BUILD", "never");
        builder.environment().putAll(kind.environment());
        final long startNanos = System.nanoTime();
        final Process process = builder.start();
        boolean ready = false;
        try {
            awaitFirstReply(kind, process, address, answers.items().getFirst(), log, startNanos);
            final RunningServer server = new RunningServer(kind, process, address, answers, folder,
                    System.nanoTime() - startNanos);
            ready = true;
            return server;
        } finally {
            if (!ready) {
                stop(process);
                delete(folder);
            }
        }
    }

    private static void awaitFirstReply(
            final ServerKind kind,
            final Process process,
            final InetSocketAddress address,
            final CorpusItem item,
            final Path log,
            final long startNanos) throws InterruptedException {
        final Prober prober = new Prober(address, "127.0.0.1:" + address.getPort());
        while (true) {
            if (!process.isAlive()) {
                throw new LoadException(kind.name() + " ended with exit code " + process.exitValue()
                        + " before it answered: " + tail(log));
            }
            String answer;
            try {
                final ExpectedReply reply = prober.ask(item);
                if (right(item.expected(), reply)) {
                    return;
                }
                // A server may listen before it knows what to answer.
                answer = "it answers " + item.target() + " with status " + reply.status() + " and "
                        + reply.body().length + " bytes";
            } catch (final LoadException e) {
                answer = e.getMessage();
            }
            if (System.nanoTime() - startNanos > START_NANOS) {
                throw new LoadException(kind.name() + " does not answer as the corpus says after "
                        + TimeUnit.NANOSECONDS.toSeconds(START_NANOS) + " s: " + answer + "; " + tail(log));
            }
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    private static boolean right(final ExpectedReply expected, final ExpectedReply reply) {
        return expected.status() == reply.status()
                && (expected.body() == null || Arrays.equals(expected.body(), reply.body()));
    }

    /** {@return the kind of server} */
    public ServerKind kind() {
        return kind;
    }

    public ProcessHandle process() {
        return process.toHandle();
    }

    public InetSocketAddress address() {
        return address;
    }

    /** {@return the requests with the replies that this server must give} */
    public Corpus corpus() {
        return corpus;
    }

    /** {@return the time from the start of the process to its first right reply} */
    public double coldStartMillis() {
        return coldStartMillis;
    }

    /** {@return how much disk the corpus takes in the server's own form, 0 if it has none} */
    public long dataBytes() {
        return dataBytes;
    }

    /** {@return the end of what the server printed} */
    public String log() {
        return tail(folder.resolve("server.log"));
    }

    /**
     * Stops the process and its children where they stand, until {@link #thaw}: while another server is measured on the
     * same core, a busy-polling one would take its time, and keep the core awake for it.
     *
     * @return whether that could be done.
     */
    public synchronized boolean freeze() {
        frozen = frozen || signal("-STOP");
        return frozen;
    }

    /** Lets a frozen process go on. */
    public synchronized void thaw() {
        if (frozen) {
            signal("-CONT");
            frozen = false;
        }
    }

    private boolean signal(final String name) {
        final List<String> command = new ArrayList<>(List.of("kill", name, Long.toString(process.pid())));
        process.descendants().forEach(child -> command.add(Long.toString(child.pid())));
        try {
            return new ProcessBuilder(command).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor() == 0;
        } catch (final IOException e) {
            return false;
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * Ends the process.
     *
     * @return what is wrong with what it has left, or null.
     */
    public String finish(final long replies) throws IOException {
        thaw();
        stop(process);
        return kind.verify(folder, replies);
    }

    @Override
    public void close() {
        end();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (final IllegalStateException alreadyShuttingDown) {
            return;
        }
    }

    private synchronized void end() {
        if (!ended) {
            ended = true;
            thaw();
            stop(process);
            delete(folder);
        }
    }

    /** Ends a process with its children, gently at first. */
    private static void stop(final Process process) {
        final List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (final InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        all.stream().filter(ProcessHandle::isAlive).forEach(ProcessHandle::destroyForcibly);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String tail(final Path log) {
        try {
            final byte[] bytes = Files.readAllBytes(log);
            final int from = Math.max(0, bytes.length - MOST_LOG_BYTES);
            final String text = new String(bytes, from, bytes.length - from,
                    StandardCharsets.UTF_8).strip();
            return text.isEmpty() ? "it printed nothing" : text;
        } catch (final IOException e) {
            return "its output cannot be read: " + e;
        }
    }

    private static long size(final Path path) throws IOException {
        try (Stream<Path> files = Files.walk(path)) {
            long bytes = 0;
            for (final Path file : files.filter(Files::isRegularFile).toList()) {
                bytes += Files.size(file);
            }
            return bytes;
        }
    }

    private static void delete(final Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (final Path path : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (final IOException | UncheckedIOException e) {
            System.getLogger(RunningServer.class.getName()).log(System.Logger.Level.WARNING,
                    "cannot remove " + folder + ": " + e.getMessage());
        }
    }
}
