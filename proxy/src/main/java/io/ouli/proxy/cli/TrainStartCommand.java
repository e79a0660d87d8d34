package io.ouli.proxy.cli;

import io.ouli.engine.EndpointPolicy;
import io.ouli.engine.Engine;
import io.ouli.engine.EngineConfig;
import io.ouli.engine.Exchange;
import io.ouli.engine.Mode;
import io.ouli.engine.OuliException;
import io.ouli.engine.Recorder;
import io.ouli.engine.Session;
import io.ouli.proxy.EndpointConfig;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * {@code ouli train-start DIR}, which the launcher runs to make the AOT cache: a replay as users start it, with
 * requests enough that the virtual machine learns what is called often.
 *
 * <p>NIO is what a start of the profile <em>fast</em> takes by itself, so it is not typed for it.
 *
 * <p>The sample is recorded by a run of its own: a cache holds what the training run loaded, and every class in it
 * costs each start some 8 µs. Not in the help, since nobody needs to type it.
 */
final class TrainStartCommand implements Command {
    static final String NAME = "train-start";
    private static final int REQUESTS = 32;
    private static final int ROUNDS = 20;
    private static final long READY_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ";

    @Override
    public Syntax syntax() {
        return new Syntax("ouli " + NAME, "Replay a sample, so that the virtual machine learns what a start needs.")
                .option("--transport", "NAME", "To be trained. Default: auto.")
                .arguments("DIR", 1, 1, "Folder of the sample; recorded if there is none, replayed if there is one.");
    }

    @Override
    public int run(final Console console, final Arguments arguments) throws IOException, InterruptedException {
        final Path folder = Path.of(arguments.words().getFirst());
        if (Files.exists(folder)) {
            replayAsTyped(folder, arguments.text("--transport"));
            // An exit looks for loggers and for who closes what serves: classes that each start would then restore.
            Runtime.getRuntime().halt(ExitCode.OK);
        } else {
            record(folder);
        }
        return ExitCode.OK;
    }

    private static void record(final Path folder) {
        final EngineConfig config = EngineConfig.builder(folder).mode(Mode.RECORD).build();
        try (Engine engine = Engine.open(config); Arena arena = Arena.ofConfined()) {
            final Session session = engine.session(EndpointConfig.DEFAULT_SESSION);
            final Recorder recorder = engine.newRecorder(EndpointPolicy.defaults(), () -> { });
            for (int i = 0; i < REQUESTS; i++) {
                final byte[] request = request(i);
                final Exchange exchange = recorder.begin(session, request, 0, request.length);
                final byte[] body = body(i);
                final byte[] head = head(body);
                exchange.responseHead(head, 0, head.length);
                final MemorySegment segment = arena.allocate(body.length);
                MemorySegment.copy(body, 0, segment, ValueLayout.JAVA_BYTE, 0, body.length);
                exchange.responseBody(segment, 0, body.length, true);
                exchange.complete();
            }
        }
    }

    /** Serves until the process ends, like the command that users type; the end of this process seals nothing. */
    private static void replayAsTyped(final Path folder, final String transport)
            throws IOException, InterruptedException {
        final InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), freePort());
        final Console nowhere = new Console(new PrintStream(OutputStream.nullOutputStream()),
                new PrintStream(OutputStream.nullOutputStream()), false);
        final List<String> words = new ArrayList<>(List.of(
                "replay", "--dir", folder.toString(), "--listen", Integer.toString(address.getPort())));
        if (transport != null && !transport.equals("nio")) {
            words.addAll(List.of("--transport", transport));
        }
        Thread.ofPlatform().daemon().name("ouli-trained").start(
                () -> new CommandLine(nowhere).run(words.toArray(String[]::new)));
        TrainedShapes.run();
        if (!"nio".equals(transport)) {
            TrainedShapes.runForRing();
        }
        requestAll(address);
    }

    private static void requestAll(final InetSocketAddress address) throws IOException, InterruptedException {
        try (SocketChannel client = connect(address)) {
            for (int i = 0; i < REQUESTS * ROUNDS; i++) {
                client.write(ByteBuffer.wrap(request(i % REQUESTS)));
                final byte[] body = body(i % REQUESTS);
                final byte[] head = head(body);
                final ByteBuffer reply = ByteBuffer.allocate(head.length + body.length);
                while (reply.hasRemaining() && client.read(reply) >= 0) {
                    Thread.onSpinWait();
                }
                if (!Arrays.equals(reply.array(), 0, head.length, head, 0, head.length)
                        || !Arrays.equals(reply.array(), head.length, reply.capacity(), body, 0, body.length)) {
                    throw new OuliException("the training replay answered something else than was recorded");
                }
            }
        }
    }

    private static SocketChannel connect(final InetSocketAddress address) throws IOException, InterruptedException {
        final long begin = System.nanoTime();
        while (true) {
            try {
                return SocketChannel.open(address);
            } catch (final IOException notYet) {
                if (System.nanoTime() - begin > READY_TIMEOUT_NANOS) {
                    throw notYet;
                }
                TimeUnit.MILLISECONDS.sleep(5);
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocketChannel probe = ServerSocketChannel.open()) {
            probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            return ((InetSocketAddress) probe.getLocalAddress()).getPort();
        }
    }

    /** Every fourth has a JSON body. */
    private static byte[] request(final int number) {
        final String common = "/train/" + number + "?page=" + number + " HTTP/1.1\r\nHost: localhost\r\n"
                + "Accept: application/json\r\n";
        final String json = "{\"number\": " + number + ", \"text\": \"a\"}";
        return (number % 4 != 3 ? "GET " + common + "\r\n"
                : "POST " + common + "Content-Type: application/json\r\nContent-Length: " + json.length() + "\r\n\r\n"
                + json).getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] body(final int number) {
        return ("{\"number\":" + number + ",\"items\":[1,2,3]}").getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] head(final byte[] body) {
        return (HEAD + body.length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    }
}
