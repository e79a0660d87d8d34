package io.ouli.proxy;

import io.ouli.engine.Mode;
import io.ouli.engine.OuliException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Two upstreams behind one proxy, asked for the same path in sessions of the same name. */
class SeveralEndpointsTest {
    private static final String GET = "GET /status HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String NAMED = "GET /status HTTP/1.1\r\nHost: a\r\nX-Ouli-Test-Name: login\r\n\r\n";

    @TempDir
    Path directory;

    private static String ok(final String body) {
        return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private ProxyConfig config(final Mode mode, final RawUpstream one, final RawUpstream two) {
        return ProxyConfig.builder().directory(directory)
                .endpoint(EndpointConfig.builder().name("one").folder("one").mode(mode)
                        .target(one == null ? null : one.url()).build())
                .endpoint(EndpointConfig.builder().name("two").folder("two").mode(mode)
                        .target(two == null ? null : two.url()).build())
                .build();
    }

    private static void assertAnswers(final ProxyServer proxy, final int endpoint, final String body)
            throws Exception {
        try (RawClient client = new RawClient(proxy.addresses().get(endpoint))) {
            assertEquals(ok(body), client.send(GET).readResponse());
            assertEquals(ok(body), client.send(NAMED).readResponse());
        }
    }

    @Test
    void shouldKeepTheirSessionsApart() throws Exception {
        try (RawUpstream one = RawUpstream.answering(ok("one"));
                RawUpstream two = RawUpstream.answering(ok("two"));
                ProxyServer proxy = ProxyServer.start(config(Mode.RECORD, one, two))) {
            assertAnswers(proxy, 0, "one");
            assertAnswers(proxy, 1, "two");
        }
        assertTrue(Files.exists(directory.resolve("one/login.ouli")));
        assertTrue(Files.exists(directory.resolve("two/default.ouli")));
        try (ProxyServer proxy = ProxyServer.start(config(Mode.REPLAY, null, null))) {
            assertAnswers(proxy, 1, "two");
            assertAnswers(proxy, 0, "one");
        }
    }

    @Test
    void shouldRefuseOnePortForBoth() {
        final InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 8080);
        final ProxyConfig.Builder both = ProxyConfig.builder().directory(directory).workers(2)
                .endpoint(EndpointConfig.builder().name("one").listen(address).build())
                .endpoint(EndpointConfig.builder().name("two").listen(address).build());
        final String message = assertThrows(OuliException.class, both::build).getMessage();
        assertTrue(message.contains("endpoints one and two both listen on port 8080"), message);
    }

    @Test
    void shouldRefuseASessionThatIsNone() {
        for (final String session : new String[] {"a b", "../up", "x".repeat(253)}) {
            final var error = assertThrows(OuliException.class,
                    () -> EndpointConfig.builder().name("one").folder("two").session(session).build());
            assertTrue(error.getMessage().contains("endpoint one has the session 'two/" + session + "', which is no"),
                    error.getMessage());
        }
    }

    @Test
    void shouldRefuseAFolderThatLeadsElsewhere() {
        final var error = assertThrows(OuliException.class,
                () -> EndpointConfig.builder().name("up").folder("../up").build());
        assertTrue(error.getMessage().contains("../up"), error.getMessage());
    }
}
