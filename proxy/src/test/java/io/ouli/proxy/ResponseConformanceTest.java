package io.ouli.proxy;

import io.ouli.engine.EngineConfig;
import io.ouli.engine.Mode;
import io.ouli.engine.metrics.Counter;
import io.ouli.engine.recording.ExistingPolicy;
import io.ouli.engine.transport.TransportChoice;
import io.ouli.engine.transport.TransportOptions;
import io.ouli.proxy.ConformanceTable.Case;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Every response of the table over real sockets: passed on and recorded, or refused and not, as RFC 9112 says. */
@Timeout(300)
@ParameterizedClass
@EnumSource(value = TransportChoice.class, names = {"AUTO", "NIO"})
class ResponseConformanceTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final String PROBE = "GET /probe HTTP/1.1\r\nHost: h\r\n\r\n";

    @TempDir
    private static Path directory;
    private static RawUpstream upstream;
    private static ProxyServer proxy;
    private static volatile Case current;

    @Parameter
    private TransportChoice choice;

    @BeforeParameterizedClassInvocation
    static void start(final TransportChoice transport) throws Exception {
        upstream = new RawUpstream((request, out, socket) -> {
            if (request.startsWith("GET /probe ")) {
                out.write(OK.getBytes(StandardCharsets.US_ASCII));
                return true;
            }
            out.write(current.text("answer").getBytes(StandardCharsets.ISO_8859_1));
            return !current.has("hangup");
        });
        proxy = ProxyServer.start(Proxies.config(Mode.RECORD, directory, upstream.url())
                .engine(EngineConfig.builder(directory).mode(Mode.RECORD).existing(ExistingPolicy.REPLACE).build())
                .transport(TransportOptions.DEFAULT.withChoice(transport)).build());
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        proxy.close();
        upstream.close();
    }

    static Stream<Case> cases() {
        return ConformanceTable.read("responses.txt");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldTreatTheResponseAsTheTableSays(final Case given) throws Exception {
        current = given;
        try (RawClient client = Proxies.client(proxy)) {
            assertEquals(OK, client.send(PROBE).readResponse(), "a connection is kept for the case");
            final int connections = upstream.connections();
            final long recorded = recorded();
            final String method = given.has("method") ? given.text("method") : "GET";
            client.send(method + " /case HTTP/1.1\r\nHost: h\r\n\r\n");
            if (given.has("client")) {
                assertEquals(given.text("client"), client.read(given.text("client").length()));
                assertEquals(recorded + 1, recorded());
                assertEquals(OK, client.send(PROBE).readResponse());
                assertEquals(connections + (given.has("kept") ? 0 : 1), upstream.connections());
            } else if (given.has("refused")) {
                String got = client.readResponse();
                while (got.startsWith("HTTP/1.1 1")) {
                    got = client.readResponse();
                }
                assertTrue(got.startsWith("HTTP/1.1 502 Bad Gateway\r\n"), got);
                assertTrue(got.contains("\r\nX-Ouli-Result: upstream-error\r\n"), got);
                assertTrue(got.contains("\"code\":\"" + given.text("refused") + "\""), got);
                assertEquals(recorded, recorded());
                assertEquals(OK, client.send(PROBE).readResponse(), "the client's connection goes on");
            } else {
                final String got = client.readUntilGone();
                assertTrue(given.text("cut").startsWith(got), got);
                assertEquals(recorded, recorded());
            }
        }
    }

    private static long recorded() {
        return proxy.counters().getFirst().get(Counter.RECORDED);
    }
}
