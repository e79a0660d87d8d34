package io.ouli.junit;

import com.sun.net.httpserver.HttpServer;
import io.ouli.engine.EndpointPolicy;
import io.ouli.engine.Engine;
import io.ouli.engine.EngineConfig;
import io.ouli.engine.Exchange;
import io.ouli.engine.Explainer;
import io.ouli.engine.Mode;
import io.ouli.engine.Profile;
import io.ouli.engine.Recorder;
import io.ouli.engine.ReplayOutcome;
import io.ouli.engine.Replayer;
import io.ouli.engine.Session;
import io.ouli.engine.fingerprint.FingerprintPolicy;
import io.ouli.engine.metrics.PerformanceMonitor;
import io.ouli.engine.metrics.PerformanceReport;
import io.ouli.engine.recording.Frame;
import io.ouli.engine.recording.FrameBuilder;
import io.ouli.engine.recording.FramePool;
import io.ouli.engine.recording.RecordingLimits;
import io.ouli.engine.recording.RecordingOptions;
import io.ouli.engine.recording.RecordingWriter;
import io.ouli.engine.redaction.RedactionPolicy;
import io.ouli.engine.redaction.Secrets;
import io.ouli.proxy.EndpointConfig;
import io.ouli.proxy.ProxyConfig;
import io.ouli.proxy.ProxyServer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.testkit.engine.EngineTestKit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

/** Holds the Java of docs/EMBED.md, line by line, and runs it. */
class EmbeddingGuideTest {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TempDir
    private Path folder;

    private final byte[] request = ascii("GET /items HTTP/1.1\r\nHost: localhost\r\n\r\n");
    private final byte[] head = ascii("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n");
    private final byte[] body = ascii("[1,2,3]");
    private EndpointPolicy policy = new Rules().get();
    private HttpServer server;
    private String sent;

    @BeforeEach
    void startUpstream() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stopUpstream() {
        server.stop(0);
    }

    @Test
    void shouldHoldEveryLineOfTheGuide() throws Exception {
        final Set<String> here = Files.readAllLines(Path.of("src/test/java/io/ouli/junit/EmbeddingGuideTest.java"))
                .stream().map(String::strip).collect(Collectors.toSet());
        boolean java = false;
        int lines = 0;
        for (final String line : Files.readAllLines(Path.of("../docs/EMBED.md"))) {
            if (line.startsWith("```")) {
                java = line.equals("```java");
            } else if (java) {
                assertTrue(here.contains(line.strip()), () -> "the guide has a line that is not run: " + line);
                lines++;
            }
        }
        assertTrue(lines > 50, "the guide has Java");
    }

    @Test
    @SuppressWarnings("try") // A section is there for its beginning and its end.
    void shouldRecordThenReplay() {
        try (Engine engine = Engine.open(EngineConfig.builder(folder).mode(Mode.RECORD).build())) {
            Session session = engine.session("default");
            Recorder recorder = engine.newRecorder(EndpointPolicy.defaults());
            Exchange exchange = recorder.begin(session, request, 0, request.length);
            exchange.responseHead(head, 0, head.length);
            exchange.responseBody(MemorySegment.ofArray(body), 0, body.length, false);
            exchange.complete();
        }
        try (Engine engine = Engine.open(EngineConfig.builder(folder).build())) {
            Session session = engine.session("default");
            Replayer replayer = engine.newReplayer(EndpointPolicy.defaults());
            ReplayOutcome outcome = replayer.replay(session, request, 0, request.length);
            if (outcome == ReplayOutcome.HIT) {
                send(replayer.segment(), replayer.responseOffset(), replayer.responseLength());
            } else if (outcome.isMiss()) {
                System.err.println(replayer.missExplanation().text());
            }
            session.reset();
            assertEquals("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n[1,2,3]", sent);

            PerformanceMonitor monitor = engine.newPerformanceMonitor();
            try (Profile.Section section = Profile.section("replay a page")) {
                replayer.replay(session, request, 0, request.length);
            }
            PerformanceReport report = monitor.report();
            System.err.printf("p50 %d ns, p99 %d ns, p99.9 %d ns, longest %d ns, %.0f/s, %d bytes mapped%n",
                    report.interval().p50Nanos(), report.interval().p99Nanos(), report.interval().p999Nanos(),
                    report.interval().maxNanos(), report.interval().perSecond(), report.memory().mappedBytes());
            assertEquals(1, report.interval().count());
            assertEquals(2, report.total().count());
        }
    }

    @Test
    void shouldReplayWhatWasWrittenBelowTheEngine() {
        Explainer explainer = new Explainer(EndpointPolicy.defaults());
        byte[] form = explainer.canonicalForm(request, 0, request.length).bytes();
        try (FramePool pool = new FramePool(FramePool.DEFAULT_RETAINED_BYTES)) {
            RecordingOptions options = RecordingOptions.of(pool).withPolicyHash(EndpointPolicy.defaults().hash());
            try (RecordingWriter writer = RecordingWriter.open(folder.resolve("below.ouli"), options)) {
                FrameBuilder builder = new FrameBuilder(pool, RecordingLimits.DEFAULT);
                builder.begin(writer.nextSequence(), System.currentTimeMillis() * 1_000_000);
                builder.keyOf(form, 0, form.length);
                builder.status(200);
                builder.request(request, 0, request.length);
                builder.response(head, 0, head.length);
                builder.response(body, 0, body.length);
                Frame frame = builder.finish();
                writer.append(frame);
                frame.release();
                writer.seal();
            }
        }
        try (Engine engine = Engine.open(EngineConfig.builder(folder).build())) {
            Replayer replayer = engine.newReplayer(EndpointPolicy.defaults());
            assertEquals(ReplayOutcome.HIT, replayer.replay(engine.session("below"), request, 0, request.length));
            send(replayer.segment(), replayer.responseOffset(), replayer.responseLength());
            assertEquals("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n[1,2,3]", sent);
        }
    }

    @Test
    void shouldServeInProcessByRulesOfItsOwn() throws Exception {
        try (Secrets secrets = Secrets.fromEnvironment(System.getenv())) {
            RedactionPolicy redaction = RedactionPolicy.builder()
                    .secrets(secrets)
                    .redactResponseHeader("Set-Cookie")
                    .jsonKey("password")
                    .build();
            FingerprintPolicy fingerprint = FingerprintPolicy.builder()
                    .includeHeaders("accept-language")
                    .ignoreJson("/requestId")
                    .build();
            policy = new EndpointPolicy(redaction, fingerprint);
        }
        final URI upstream = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        ProxyConfig config = ProxyConfig.builder()
                .directory(folder)
                .endpoint(EndpointConfig.builder().mode(Mode.RECORD).target(upstream).policy(policy).build())
                .build();
        try (ProxyServer proxy = ProxyServer.start(config)) {
            ask("http://127.0.0.1:" + proxy.addresses().getFirst().getPort() + "/items");
        }
        assertTrue(Files.size(folder.resolve("default.ouli")) > 0);
        policy.redaction().close();
    }

    @Test
    void shouldRecordAndReplayATest() {
        for (final String mode : new String[] {"record", "replay"}) {
            EngineTestKit.engine("junit-jupiter").selectors(selectClass(OrdersTest.class))
                    .configurationParameter("ouli.mode", mode)
                    .configurationParameter("ouli.directory", folder.toString())
                    .configurationParameter("ouli.target", "http://127.0.0.1:" + server.getAddress().getPort())
                    .execute().testEvents().assertStatistics(events -> events.started(1).succeeded(1));
            stopUpstream();
        }
        final String name = OrdersTest.class.getName().replace('$', '.');
        assertTrue(Files.exists(folder.resolve(name).resolve("shouldListOrders.ouli")));
    }

    /** The guide's own example, which is run with an upstream that answers. */
    @Ouli(target = "https://api.example.com", policy = Rules.class)
    static class OrdersTest {
        @Test
        void shouldListOrders(OuliProxy api) throws Exception {
            assertTrue(ask(api.uri("/orders").toString()).startsWith("["));
        }
    }

    /** The guide's rules. */
    static final class Rules implements Supplier<EndpointPolicy> {
        @Override
        public EndpointPolicy get() {
            return EndpointPolicy.defaults();
        }
    }

    private void send(final MemorySegment segment, final long offset, final long length) {
        sent = new String(segment.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.ISO_8859_1);
    }

    private static String ask(final String url) throws Exception {
        final HttpRequest asked = HttpRequest.newBuilder(URI.create(url)).build();
        return CLIENT.send(asked, HttpResponse.BodyHandlers.ofString()).body();
    }

    private static byte[] ascii(final String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
