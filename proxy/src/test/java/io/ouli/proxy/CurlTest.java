package io.ouli.proxy;

import io.ouli.engine.Mode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A client that nobody here wrote; where it is not installed, {@link RecordReplayTest} has another. */
@Timeout(120)
@DisabledIf("noCurl")
class CurlTest {
    @TempDir
    private Path directory;

    static boolean noCurl() {
        try {
            return new ProcessBuilder("curl", "--version").redirectOutput(ProcessBuilder.Redirect.DISCARD).start()
                    .waitFor() != 0;
        } catch (final Exception e) {
            return true;
        }
    }

    @Test
    void shouldGetTheSameFromTheReplay() throws Exception {
        final Path upload = directory.resolve("upload");
        final byte[] noise = new byte[200_000];
        new Random(1).nextBytes(noise);
        Files.write(upload, noise);
        final Map<String, String> live;
        try (RawUpstream upstream = new RawUpstream((request, out, socket) -> {
            final String body = request.split("\r\n", 2)[0] + " " + request.length();
            out.write(("HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n" + (request.startsWith("HEAD")
                    ? "Content-Length: 3\r\n\r\n"
                    : "Transfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(body.length()) + "\r\n" + body
                    + "\r\n0\r\n\r\n")).getBytes(StandardCharsets.ISO_8859_1));
            return true;
        }); ProxyServer proxy = Proxies.start(Mode.RECORD, directory.resolve("recordings"), upstream.url())) {
            live = askEverything(proxy, upload);
        }
        try (ProxyServer proxy = Proxies.start(Mode.REPLAY, directory.resolve("recordings"), null)) {
            assertEquals(live, askEverything(proxy, upload));
        }
        live.forEach((arguments, output) -> assertTrue(output.contains("HTTP/1.1 200 OK\r\n"), arguments + output));
    }

    private Map<String, String> askEverything(final ProxyServer proxy, final Path upload) throws Exception {
        final Map<String, String> outputs = new LinkedHashMap<>();
        for (final String arguments : List.of("", "--head", "--http1.0", "-d a=b", "-X DELETE", "-T " + upload,
                "--data-binary @" + upload, "-H Expect:100-continue -d x")) {
            final List<String> command = new ArrayList<>(List.of("curl", "-s", "-i", "--max-time", "20"));
            command.addAll(List.of(arguments.split(" ")));
            command.removeIf(String::isEmpty);
            command.add(Proxies.url(proxy, "/curl?q=" + outputs.size()).toString());
            final Process curl = new ProcessBuilder(command).start();
            final String output = new String(curl.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            assertEquals(0, curl.waitFor(), () -> "curl " + arguments + ": " + output);
            outputs.put(arguments, withoutPort(output, proxy));
        }
        return outputs;
    }

    private static String withoutPort(final String output, final ProxyServer proxy) {
        return output.replace(":" + Proxies.address(proxy).getPort(), ":PORT");
    }
}
