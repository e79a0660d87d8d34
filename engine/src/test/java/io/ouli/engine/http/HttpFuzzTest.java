package io.ouli.engine.http;

import io.ouli.engine.testing.FuzzInputs;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Runs the fuzzer's target on its corpus and on as many inputs, drawn by chance, as take a second. */
class HttpFuzzTest {
    private static final int INPUTS = 4_000;
    private static final String[] PIECES = {
        "GET / HTTP/1.1\r\n", "HTTP/1.1 200 OK\r\n", "Host: h\r\n", "Transfer-Encoding: chunked\r\n", "\r\n",
        "\r\n\r\n", "Content-Length: 3\r\n", "a: b\r\n", "5\r\n", "hello\r\n", "0\r\n", "A;x=y\r\n",
        "0123456789\r\n", "\n", "\r",
        ":", " ", "\t", "\u0000", "\u00ff", "f", "Connection: close\r\n",
    };

    @Test
    void shouldHoldForWhatTheFuzzerFound() throws IOException, URISyntaxException {
        FuzzInputs.runCorpus(HttpFuzzTest.class, "HttpFuzzingInputs/anyMessage", HttpFuzzTarget::anyMessage);
    }

    @Test
    void shouldHoldForAnyMessage() {
        FuzzInputs.runRandom(INPUTS, random -> {
            final boolean response = random.nextInt(3) == 0;
            final StringBuilder text = new StringBuilder();
            text.append((char) (response ? 0x80 + random.nextInt(20) : 1 + random.nextInt(20)));
            text.append(response ? "HTTP/1.1 200 OK\r\n" : "POST /a HTTP/1.1\r\nHost: h\r\n");
            for (int i = random.nextInt(16); i > 0; i--) {
                text.append(PIECES[random.nextInt(PIECES.length)]);
            }
            HttpFuzzTarget.anyMessage(text.toString().getBytes(StandardCharsets.ISO_8859_1));
        });
    }
}
