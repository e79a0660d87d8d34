package io.ouli.proxy;

import io.ouli.engine.EndpointPolicy;
import io.ouli.engine.Explainer;
import io.ouli.engine.fingerprint.FingerprintPolicy;
import io.ouli.engine.redaction.RedactionPolicy;
import io.ouli.proxy.curl.CurlArguments;
import io.ouli.proxy.curl.CurlException;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Curl's arguments give the request that curl itself sends. */
@Timeout(180)
class CurlArgumentsTest {
    private static final String HOST = "http://HOST";
    /** Separated by one tab each. */
    private static final List<String> LINES = List.of(
            HOST + "/a",
            HOST,
            HOST + "/a/../b?x=1&y=%20#part",
            HOST.substring(7) + "?q",
            "-X\tDELETE\t" + HOST + "/a",
            "-XPUT\t-da=b\t-d\tc=d e\t" + HOST + "/form",
            "-sS\t-d\t@FILE\t" + HOST + "/file",
            "--data-binary\t@FILE\t-H\tContent-Type: text/plain\t" + HOST + "/file",
            "--data-raw\t@FILE\t" + HOST,
            "--data-urlencode\tname=a b&c\t--data-urlencode\t=x=y\t--data-urlencode\tname@FILE\t" + HOST,
            "-G\t-d\tq=1\t--data-urlencode\tw=\u00e9\t" + HOST + "/g?p=0",
            "--json\t{\"a\": 1}\t" + HOST + "/json",
            "--json\t[1,\t--json\t2]\t-H\tAccept: text/html\t" + HOST,
            "-F\ta=1\t-F\tfile=@FILE\t-F\tt=x;type=text/html\t-F\tr=<FILE\t" + HOST + "/upload",
            "--form-string\ta=@b\t" + HOST + "/upload",
            "-F\tfile=@FILE;filename=other.png;type=image/png\t" + HOST + "/upload",
            "-u\tme:pass:word\t" + HOST,
            "-A\tagent/1\t-e\thttp://referer/\t-b\ta=1; b=2\t" + HOST,
            "-H\tAccept:\t-H\tX-Empty;\t-H\tX-Two: 1\t-H\tX-Two: 2\t" + HOST,
            "-I\t" + HOST + "/head",
            "-r\t0-99\t--compressed\t" + HOST + "/range",
            "-d\t\t" + HOST + "/empty",
            "--url\t" + HOST + "/url\t-H\tUser-Agent: own");

    @TempDir
    private Path directory;

    static boolean noCurl() {
        return CurlTest.noCurl();
    }

    private static List<byte[]> requests(final String... words) {
        return CurlArguments.requests(List.of(words), InputStream.nullInputStream());
    }

    private static String text(final byte[] message) {
        return new String(message, StandardCharsets.ISO_8859_1);
    }

    /** Everything counts but the names that curl gives itself. */
    private static String form(final byte[] message) {
        final FingerprintPolicy all = FingerprintPolicy.builder().allHeadersBut("user-agent", "host")
                .includeHeaders("authorization", "cookie", "accept-encoding").build();
        final EndpointPolicy policy =
                new EndpointPolicy(RedactionPolicy.builder().withoutDefaults().build(), all);
        return new Explainer(policy).canonicalForm(message, 0, message.length).toString();
    }

    @Test
    @DisabledIf("noCurl")
    void shouldGiveTheRequestThatCurlSends() throws Exception {
        final Path file = Files.writeString(directory.resolve("file.json"), "{\"line\": 1}\r\nline 2\n");
        try (RawUpstream upstream = RawUpstream.answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")) {
            for (final String line : LINES) {
                final String[] words = line.replace("HOST", upstream.url().getAuthority())
                        .replace("FILE", file.toString()).split("\t", -1);
                final List<String> command = new ArrayList<>(List.of("curl", "-s", "--max-time", "20"));
                command.addAll(Arrays.asList(words));
                final int before = upstream.requests().size();
                final Process curl = new ProcessBuilder(command).redirectErrorStream(true).start();
                final String output = text(curl.getInputStream().readAllBytes());
                assertEquals(0, curl.waitFor(), () -> line + ": " + output);
                assertEquals(before + 1, upstream.requests().size(), line);
                final byte[] sent = upstream.requests().getLast().getBytes(StandardCharsets.ISO_8859_1);
                assertEquals(form(sent), form(requests(words).getFirst()), line);
            }
        }
    }

    @Test
    void shouldMakeOneRequestOfEachUrlAndOfEachNext() {
        final List<byte[]> requests = requests("-d", "x", "http://a/1", "b/2", "--next", "-I", "http://c:8/3", "curl",
                "http://d");
        assertEquals(4, requests.size());
        assertTrue(text(requests.get(0)).startsWith("POST /1 HTTP/1.1\r\n"));
        assertTrue(text(requests.get(1)).contains("Host: b\r\n") && text(requests.get(1)).endsWith("\r\n\r\nx"));
        assertTrue(text(requests.get(2)).startsWith("HEAD /3 HTTP/1.1\r\n"));
        assertTrue(text(requests.get(3)).startsWith("GET / HTTP/1.1\r\n"));
    }

    @Test
    void shouldReadStandardInputAndUserOfTheUrl() {
        final byte[] request = CurlArguments.requests(List.of("-d", "@-", "http://u:p@h/"),
                new ByteArrayInputStream("a=\n1".getBytes(StandardCharsets.US_ASCII))).getFirst();
        assertTrue(text(request).endsWith("\r\n\r\na=1"), text(request));
        assertTrue(text(request).contains("Authorization: Basic dTpw\r\n"), text(request));
    }

    @Test
    void shouldSayWhatCannotBe() {
        for (final String line : List.of("--unheard-of\thttp://a", "-Z\thttp://a", "-d", "-X\tPOST", "ftp://a/b",
                "http:///a", "http://a b", "-d\t@/absent/file\thttp://a", "-b\tjar.txt\thttp://a", "-F\tx\thttp://a",
                "-H\tnonsense\thttp://a", "-F\ta=1\t-d\tx\thttp://a")) {
            final String message = assertThrows(CurlException.class, () -> requests(line.split("\t")), line)
                    .getMessage();
            assertTrue(!message.contains("\n") && message.length() > 20, message);
        }
        assertTrue(assertThrows(CurlException.class, () -> requests("-Z", "http://a")).getMessage().contains("-Z"));
    }
}
