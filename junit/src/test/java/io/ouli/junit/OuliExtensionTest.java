package io.ouli.junit;

import com.sun.net.httpserver.HttpServer;
import io.ouli.engine.EndpointPolicy;
import io.ouli.engine.Mode;
import io.ouli.engine.OuliException;
import io.ouli.engine.fingerprint.FingerprintPolicy;
import io.ouli.engine.redaction.RedactionPolicy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.testkit.engine.EventConditions.event;
import static org.junit.platform.testkit.engine.EventConditions.finishedWithFailure;
import static org.junit.platform.testkit.engine.EventConditions.test;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.instanceOf;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.message;

/** Runs test classes that use the extension: recorded with an upstream, replayed without, and with requests changed. */
class OuliExtensionTest {
    /** The replies that the fixtures got, by session; another launcher runs them in this virtual machine. */
    private static final Map<String, String> REPLIES = new ConcurrentHashMap<>();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TempDir
    private Path directory;

    @BeforeEach
    void forget() {
        REPLIES.clear();
    }

    @Test
    void shouldReplayEachTestsOwnRecordingWithTheUpstreamGone() throws Exception {
        record(Orders.class).testEvents().assertStatistics(events -> events.succeeded(5));
        final Map<String, String> live = Map.copyOf(REPLIES);
        final String name = Orders.class.getName().replace('$', '.');
        assertEquals(Set.of(name + "/shouldList", name + "/shouldGet/1", name + "/shouldGet/2",
                name + "/shouldSp-e4-t", name + ".Empty/shouldList"), live.keySet());
        assertEquals(5, Set.copyOf(live.values()).size(), "each test saw a reply of its own");

        REPLIES.clear();
        run(Mode.REPLAY, Orders.class).testEvents().assertStatistics(events -> events.succeeded(5));
        assertEquals(live, REPLIES);
    }

    @Test
    void shouldKeepApartTestsOfOneNameAndInvocationsOfAClass() throws Exception {
        record(Namesakes.class).testEvents().assertStatistics(events -> events.succeeded(8));
        final Map<String, String> live = Map.copyOf(REPLIES);
        final String name = Namesakes.class.getName().replace('$', '.');
        assertEquals(Set.of(name + "/shouldList.OuliProxy/1", name + "/shouldList.OuliProxy/2",
                name + "/shouldList.TestInfo.OuliProxy/1", name + "/shouldList.TestInfo.OuliProxy/2",
                name + "/shouldGet/1/1", name + "/shouldGet/1/2", name + "/shouldGet/2/1", name + "/shouldGet/2/2"),
                live.keySet());
        REPLIES.clear();
        run(Mode.REPLAY, Namesakes.class).testEvents().assertStatistics(events -> events.succeeded(8));
        assertEquals(live, REPLIES);
    }

    @Test
    void shouldFailATestThatAsksForWhatWasNotRecorded() throws Exception {
        record(Changing.class).testEvents().assertStatistics(events -> events.succeeded(2));
        changed = true;
        try {
            final EngineExecutionResults results = run(Mode.REPLAY, Changing.class);
            results.testEvents().assertStatistics(events -> events.succeeded(1).failed(1));
            results.testEvents().assertThatEvents().haveExactly(1, event(test("shouldAskTheSame"),
                    finishedWithFailure(instanceOf(AssertionError.class),
                            message(text -> text.startsWith("1 request is not in the recording ")))));
        } finally {
            changed = false;
        }
    }

    @Test
    void shouldFailATestWhoseRecordingIsDamaged() throws Exception {
        record(Changing.class);
        final Path file = directory.resolve(Changing.class.getName().replace('$', '.'))
                .resolve("shouldAskTheSame.ouli");
        final byte[] bytes = Files.readAllBytes(file);
        final int body = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("live ");
        bytes[body] ^= 1;
        Files.write(file, bytes);
        run(Mode.REPLAY, Changing.class).testEvents().assertThatEvents().haveExactly(1, event(test("shouldAskTheSame"),
                finishedWithFailure(instanceOf(AssertionError.class), message(text -> text.contains("damaged")))));
    }

    @Test
    void shouldSayWhatIsWrongWithASetting() {
        failsWith("ouli.mode is 'rewind'; choose record, replay, auto or passthrough",
                Map.of("ouli.mode", "rewind"));
        failsWith("the target 'http://a b' is no URL; write it like https://api.example.com",
                Map.of("ouli.mode", "record", "ouli.target", "http://a b"));
        failsWith("endpoint default has no target; give the upstream's URL",
                Map.of("ouli.mode", "record"));
    }

    @Test
    void shouldSayHowToRecordWhereNothingIs() {
        final Path absent = directory.resolve("absent");
        failsWith("there are no recordings in " + absent + "; record first with -Douli.mode=record, or name another"
                + " folder with -Douli.directory", Map.of("ouli.directory", absent.toString()));
    }

    @Test
    void shouldRedactByTheRulesOfTheTest() throws Exception {
        record(Redacted.class).testEvents().assertStatistics(events -> events.succeeded(1));
        assertEquals(Set.of("live /secret"), Set.copyOf(REPLIES.values()), "the client gets the upstream's own bytes");
        final String name = Redacted.class.getName().replace('$', '.');
        final byte[] stored = Files.readAllBytes(directory.resolve(name).resolve("shouldAsk.ouli"));
        assertFalse(new String(stored, StandardCharsets.ISO_8859_1).contains("live"));
        run(Mode.REPLAY, Redacted.class).testEvents().assertStatistics(events -> events.succeeded(1));
        assertEquals(Set.of("REDACTED /secret"), Set.copyOf(REPLIES.values()));
    }

    @Test
    void shouldTakeSecretsFromTheEnvironment() {
        try (RedactionPolicy redaction = EnvironmentPolicy.of(Map.of("OULI_SECRETS", "first1,second2")).redaction()) {
            assertEquals(2, redaction.secretCount());
            final byte[] text = "a first1".getBytes(StandardCharsets.US_ASCII);
            assertTrue(redaction.namesSecret(text, 0, text.length));
        }
    }

    private void failsWith(final String expected, final Map<String, String> parameters) {
        kit(Changing.class).configurationParameters(parameters).execute().testEvents().assertThatEvents()
                .haveExactly(2, finishedWithFailure(instanceOf(OuliException.class), message(expected)));
    }

    private EngineExecutionResults record(final Class<?> fixture) throws Exception {
        final HttpServer upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        upstream.createContext("/", exchange -> {
            final byte[] reply = ("live " + exchange.getRequestURI()).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, reply.length);
            exchange.getResponseBody().write(reply);
            exchange.close();
        });
        upstream.start();
        try {
            return kit(fixture)
                    .configurationParameter("ouli.mode", "record")
                    .configurationParameter("ouli.target", "http://127.0.0.1:" + upstream.getAddress().getPort())
                    .execute();
        } finally {
            upstream.stop(0);
        }
    }

    private EngineExecutionResults run(final Mode mode, final Class<?> fixture) {
        return kit(fixture).configurationParameter("ouli.mode", mode.name().toLowerCase(Locale.ROOT)).execute();
    }

    private EngineTestKit.Builder kit(final Class<?> fixture) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(fixture))
                .configurationParameter("ouli.directory", directory.toString());
    }

    private static HttpResponse<String> ask(final OuliProxy proxy, final String path) throws Exception {
        final HttpResponse<String> response = CLIENT.send(
                HttpRequest.newBuilder(proxy.uri(path)).build(), HttpResponse.BodyHandlers.ofString());
        REPLIES.put(proxy.session(), response.body());
        return response;
    }

    private static volatile boolean changed;

    /** A fixture: every kind of test that has a name of its own. */
    @Ouli
    static class Orders {
        @Test
        void shouldList(final OuliProxy proxy) throws Exception {
            assertEquals("live /orders", ask(proxy, "/orders").body());
        }

        @Test
        @SuppressWarnings("checkstyle:MethodName")
        void shouldSpät(final OuliProxy proxy) throws Exception {
            ask(proxy, "/late");
        }

        @ParameterizedTest
        @ValueSource(ints = {7, 8})
        void shouldGet(final int order, final OuliProxy proxy) throws Exception {
            assertEquals("live /orders/" + order, ask(proxy, "/orders/" + order).body());
        }

        @Nested
        class Empty {
            @Test
            void shouldList(final OuliProxy proxy) throws Exception {
                assertEquals("live /orders?empty", ask(proxy, "/orders?empty").body());
            }
        }
    }

    /** A fixture: tests of one name, in a class that runs for each of its arguments. */
    @Ouli
    @ParameterizedClass
    @ValueSource(strings = {"a", "b"})
    record Namesakes(String page) {
        @Test
        void shouldList(final OuliProxy proxy) throws Exception {
            assertEquals("live /orders/" + page, ask(proxy, "/orders/" + page).body());
        }

        @Test
        void shouldList(final TestInfo test, final OuliProxy proxy) throws Exception {
            assertEquals("live /info/" + page, ask(proxy, "/info/" + page).body());
        }

        void shouldGet(final String page) {
            // No test, and no reason for the test below to have a longer name.
        }

        @ParameterizedTest
        @ValueSource(ints = {7, 8})
        void shouldGet(final int order, final OuliProxy proxy) throws Exception {
            shouldGet(page);
            assertEquals("live /orders/" + page + order, ask(proxy, "/orders/" + page + order).body());
        }
    }

    /** A fixture: what is recorded of it has no word "live". */
    @Ouli(policy = NotLive.class)
    static class Redacted {
        @Test
        void shouldAsk(final OuliProxy proxy) throws Exception {
            ask(proxy, "/secret");
        }
    }

    /** Rules of a fixture. */
    static final class NotLive implements Supplier<EndpointPolicy> {
        @Override
        public EndpointPolicy get() {
            return new EndpointPolicy(
                    RedactionPolicy.builder().expression("live").build(), FingerprintPolicy.DEFAULT);
        }
    }

    /** A fixture: its requests change between two runs. */
    @Ouli
    static class Changing {
        private HttpResponse<String> before;

        @BeforeEach
        void askFirst(final OuliProxy proxy) throws Exception {
            before = ask(proxy, "/before");
        }

        @Test
        void shouldAskTheSame(final OuliProxy proxy) throws Exception {
            ask(proxy, changed ? "/changed" : "/same");
            assertEquals(changed ? 1 : 0, proxy.misses());
        }

        @Test
        @Ouli(allowMisses = true)
        void shouldAskForMore(final OuliProxy proxy) throws Exception {
            assertEquals(200, before.statusCode());
            assertEquals(changed ? 404 : 200, ask(proxy, changed ? "/more" : "/same").statusCode());
        }
    }
}
