package io.ouli.proxy;

import io.ouli.engine.Mode;
import io.ouli.engine.transport.TransportChoice;
import io.ouli.engine.transport.TransportOptions;
import io.ouli.proxy.ConformanceTable.Case;
import io.ouli.proxy.ConformanceTable.Step;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Every request of the table over real sockets: answered or refused as RFC 9112 says, and nothing smuggled. */
@Timeout(300)
@ParameterizedClass
@EnumSource(value = TransportChoice.class, names = {"AUTO", "NIO"})
class RequestConformanceTest {
    private static final String RESPONSE = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final String PROBE = "GET /probe HTTP/1.1\r\nHost: h\r\n\r\n";

    @TempDir
    private static Path directory;
    private static RawUpstream upstream;
    private static ProxyServer proxy;

    @Parameter
    private TransportChoice choice;

    @BeforeParameterizedClassInvocation
    static void start(final TransportChoice transport) throws Exception {
        upstream = new RawUpstream((request, out, socket) -> {
            out.write((request.startsWith("HEAD") ? RESPONSE.substring(0, RESPONSE.length() - 2) : RESPONSE)
                    .getBytes(StandardCharsets.US_ASCII));
            return true;
        });
        proxy = ProxyServer.start(Proxies.config(Mode.PASSTHROUGH, directory, upstream.url())
                .transport(TransportOptions.DEFAULT.withChoice(transport)).build());
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        proxy.close();
        upstream.close();
    }

    static Stream<Case> cases() {
        return ConformanceTable.read("requests.txt");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldTreatTheRequestAsTheTableSays(final Case given) throws Exception {
        final int before = upstream.requests().size();
        final List<List<Step>> wanted = new ArrayList<>();
        try (RawClient client = Proxies.client(proxy)) {
            for (final Step step : given.steps()) {
                switch (step.word()) {
                    case "send" -> client.send(step.text());
                    case "expect" -> expect(client, step.text());
                    case "end" -> client.endOutput();
                    case "close" -> assertEquals("", client.readUntilGone(), "nothing behind the last response");
                    case "open" -> assertTrue(client.send(PROBE).readResponse().startsWith("HTTP/1.1 200 "));
                    case "seen" -> wanted.add(new ArrayList<>(List.of(step)));
                    case "with", "without", "body" -> wanted.getLast().add(step);
                    default -> throw new IllegalArgumentException(step.toString());
                }
            }
        }
        final List<String> seen = new ArrayList<>(upstream.requests().subList(before, upstream.requests().size()));
        seen.removeIf(request -> request.startsWith("GET /probe "));
        assertEquals(wanted.stream().map(steps -> steps.getFirst().text()).toList(),
                seen.stream().map(request -> request.substring(0, request.indexOf("\r\n"))).toList());
        for (int i = 0; i < seen.size(); i++) {
            compare(wanted.get(i), seen.get(i));
        }
    }

    private static void expect(final RawClient client, final String status) throws Exception {
        final boolean toHead = status.endsWith("-head");
        final String got = toHead ? client.readUntil("\r\n\r\n") : client.readResponse();
        assertTrue(got.startsWith("HTTP/1.1 " + status.replace("-head", "") + " "), got);
        if (status.startsWith("4") || status.startsWith("5")) {
            assertTrue(got.contains("\r\nX-Ouli-Result: refused\r\n"), got);
            assertTrue(got.contains("\r\nConnection: close\r\n"), got);
        }
    }

    private static void compare(final List<Step> wanted, final String request) {
        for (final Step step : wanted) {
            switch (step.word()) {
                case "with" -> assertTrue(request.contains("\r\n" + step.text()), request);
                case "without" -> assertFalse(request.contains(step.text()), request);
                case "body" -> assertEquals(step.text(), request.substring(request.indexOf("\r\n\r\n") + 4));
                default -> {
                    // The request line was compared already.
                }
            }
        }
    }
}
