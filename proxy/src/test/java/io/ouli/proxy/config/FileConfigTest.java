package io.ouli.proxy.config;

import io.ouli.engine.Limits;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class FileConfigTest {
    @TempDir
    private Path folder;

    @Test
    void shouldReadOulisOwnKeys() throws IOException {
        final FileConfig config = read("""
                dir: some where
                bind: 0.0.0.0
                session: all
                workers: auto
                miss_status: 501
                redact_request_headers: [X-One]
                endpoints:
                  - name: api
                    target: https://api.example.com/v1
                    listen: "[::1]:8443"
                    session: api/tests
                    fixed_session: true
                    host_header: other.example.com
                    health: /healthz
                    redact_request_headers: Authorization
                  - target: http://127.0.0.1:9
                    listen: 8081
                """);

        assertEquals("some where", config.dir());
        assertEquals("all", config.session());
        assertEquals("auto", config.workers());
        assertEquals(501, config.missStatus());
        assertEquals(List.of("X-One"), config.redactRequestHeaders());
        final FileEndpoint first = config.endpoints().getFirst();
        assertEquals("api", first.name());
        assertEquals(URI.create("https://api.example.com/v1"), first.target());
        assertEquals(8443, first.listen().getPort());
        assertTrue(first.listen().getAddress().isLoopbackAddress());
        assertEquals("api/tests", first.session());
        assertTrue(first.fixedSession());
        assertEquals("other.example.com", first.hostHeader());
        assertEquals("/healthz", first.health());
        assertEquals(List.of("Authorization"), first.redactRequestHeaders());
        final FileEndpoint second = config.endpoints().get(1);
        assertTrue(second.listen().getAddress().isAnyLocalAddress(), "takes the file's bind");
        assertNull(second.session());
        assertNull(second.health());
    }

    @Test
    void shouldReadAFileOfTestServerAsItIs() throws IOException {
        // The shape of google/test-server's own samples, trailing space and absent keys included.
        final FileConfig config = read("""
                endpoints:
                  - target_host: generativelanguage.googleapis.com\s
                    target_port: 443
                    source_port: 1443
                    source_type: http
                    target_type: https
                    redact_request_headers:
                      - X-Goog-Api-Key
                      - Authorization
                    response_header_replacements:
                      - header: X-Goog-Upload-Url
                        regex: "^https://generativelanguage.googleapis.com/"
                        replace: "http://localhost:1443"
                  - target_host: github.com
                    target_type: http
                    target_port: 8080
                    source_type: http
                    source_port: 17080
                    health: /healthz

                """);

        final FileEndpoint first = config.endpoints().getFirst();
        assertEquals(URI.create("https://generativelanguage.googleapis.com"), first.target());
        assertEquals(1443, first.listen().getPort());
        assertTrue(first.listen().getAddress().isLoopbackAddress(), "this machine only, until told otherwise");
        assertEquals(List.of("X-Goog-Api-Key", "Authorization"), first.redactRequestHeaders());
        assertEquals(List.of(new HeaderReplacement("X-Goog-Upload-Url",
                "^https://generativelanguage.googleapis.com/", "http://localhost:1443")), first.replacements());
        final FileEndpoint second = config.endpoints().get(1);
        assertEquals(URI.create("http://github.com:8080"), second.target());
        assertEquals("/healthz", second.health());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            endpoints: [{taget: 'http://a', listen: 1}]          | 1 | 'endpoints[0].taget'; did you mean 'target'?
            endpoints: [{listen: 1}]\\nworkerz: 2                 | 2 | 'workerz'; did you mean 'workers'?
            endpoints: [{listen: 1}]\\n\\nquux: 2                 | 3 | 'quux'; known here: bind, dir, endpoints
            endpoints: [{redact-request-headers: [a]}]           | 1 | did you mean 'redact_request_headers'?
            endpoints: [{listen: 70000}]                         | 1 | port from 0 to 65535
            endpoints: [{source_port: http}]                     | 1 | 'endpoints[0].source_port' must be a whole number
            endpoints: [{listen: 1, source_port: 1}]             | 1 | keep one
            endpoints: [{target: 'http://a', target_host: a}]    | 1 | keep one
            endpoints: [{target: example}]                       | 1 | write a URL like
            endpoints: [{target_host: 'a b'}]                    | 1 | write a host like
            endpoints: [{target_port: 4}]                        | 1 | 'endpoints[0].target_host' is missing
            endpoints: [{target_host: a, target_type: tcp}]      | 1 | must be http or https
            endpoints: [{source_type: https}]                    | 1 | http only
            endpoints: [{health: healthz}]                       | 1 | such as /healthz
            endpoints: [{fixed_session: maybe}]                  | 1 | must be true or false
            endpoints: [{redact_request_headers: ['a b']}]       | 1 | no header's name
            endpoints: [{response_header_replacements: [{header: A, regex: '('}]}] | 1 | no regular expression
            endpoints: [{response_header_replacements: [{header: A}]}]             | 1 | is missing
            endpoints: [{response_header_replacements: [{regex: A}]}]              | 1 | must be a header's name
            endpoints: {listen: 1}                               | 1 | 'endpoints' must be a list
            endpoints: [7]                                       | 1 | must hold keys
            endpoints: [{listen: [1]}]                           | 1 | must be a single value
            endpoints: []                                        | 1 | 'endpoints' is missing or empty
            dir: x                                               | 1 | 'endpoints' is missing or empty
            dir: x\\ndir: y                                       | 2 | a second time
            invalid: - yaml: content                             | 1 | is not YAML
            - a                                                  | 1 | the file must hold keys
            endpoints: [{listen: 1}]\\nmiss_status: 99            | 2 | from 200 to 599
            endpoints: [{listen: 1}]\\nworkers: 0                 | 2 | from 1 to 256
            """)
    void shouldNameFileLineAndKeyOfWhatIsWrong(final String yaml, final int line, final String expected)
            throws IOException {
        final Path file = write(yaml.replace("\\n", "\n"));

        final String message = assertThrows(ConfigException.class, () -> FileConfig.read(file)).getMessage();

        assertTrue(message.startsWith(file + ":" + line + ": "), message);
        assertTrue(message.contains(expected), message);
        assertEquals(1, message.lines().count(), message);
    }

    @Test
    void shouldSayWhatIsWrongWithTheFileItself() throws IOException {
        final Path absent = folder.resolve("absent.yml");
        assertMessage(absent, "no such file");
        assertMessage(write(""), "is empty");
        assertMessage(write("# only a comment\n"), "is empty");
        assertMessage(folder, "cannot be read");
        final Path binary = folder.resolve("binary.yml");
        Files.write(binary, "dir: \u00e4".getBytes(StandardCharsets.ISO_8859_1));
        assertMessage(binary, "not UTF-8");
        final Path large = folder.resolve("large.yml");
        Files.writeString(large, "#".repeat((1 << 20) + 1));
        assertMessage(large, "larger than 1 MiB");
    }

    @Test
    void shouldTakeAsManyEndpointsAsTheLimitAllows() throws IOException {
        final String one = "  - {target: http://a, listen: 0}\n";
        assertEquals(Limits.MAX_ENDPOINTS, read("endpoints:\n" + one.repeat(Limits.MAX_ENDPOINTS)).endpoints().size());
        assertMessage(write("endpoints:\n" + one.repeat(Limits.MAX_ENDPOINTS + 1)), "at most 64");
    }

    private void assertMessage(final Path file, final String expected) {
        final String message = assertThrows(ConfigException.class, () -> FileConfig.read(file)).getMessage();
        assertTrue(message.startsWith(file.toString()) && message.contains(expected), message);
    }

    private FileConfig read(final String yaml) throws IOException {
        return FileConfig.read(write(yaml));
    }

    private Path write(final String yaml) throws IOException {
        final Path file = folder.resolve("ouli.yml");
        Files.writeString(file, yaml);
        return file;
    }
}
