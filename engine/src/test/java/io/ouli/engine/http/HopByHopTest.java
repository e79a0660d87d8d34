package io.ouli.engine.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

class HopByHopTest {
    @Test
    void shouldDropWhatBelongsToOneConnection() {
        assertEquals(List.of("Host", "Accept", "X-Other"), kept("""
                GET / HTTP/1.1
                Host: a
                Connection: keep-alive
                Keep-Alive: timeout=5
                TE: trailers
                Upgrade: h2c
                Accept: */*
                X-Ouli-Test-Name: t
                x-ouli-reset-chain: true
                X-Other: 1

                """));
    }

    @Test
    void shouldDropWhatConnectionNames() {
        assertEquals(List.of("Host", "Foobar"), kept("""
                GET / HTTP/1.1
                Host: a
                Connection: close , X-Foo,,x-BAR
                X-Foo: 1
                Foobar: 2
                X-Bar: 3
                Connection: last
                Last: 4

                """));
    }

    private static List<String> kept(final String message) {
        final byte[] bytes = message.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        final RequestHead head = new RequestHead(32);
        assertEquals(bytes.length, new RequestParser().parse(bytes, 0, bytes.length, head));
        final List<String> names = new ArrayList<>();
        for (int i = 0; i < head.headers().count(); i++) {
            if (!HopByHop.matches(head.headers(), i)) {
                names.add(head.headers().name(i));
            }
        }
        return names;
    }
}
