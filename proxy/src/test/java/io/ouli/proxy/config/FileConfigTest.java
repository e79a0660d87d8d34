package io.ouli.proxy.config;

import io.ouli.engine.Limits;
import io.ouli.engine.match.Exhausted;
import io.ouli.engine.match.MatchMode;
import io.ouli.engine.recording.Durability;
import io.ouli.engine.recording.ExistingPolicy;
import io.ouli.engine.redaction.RedactionPolicy;
import io.ouli.engine.transport.TransportChoice;
import io.ouli.proxy.ResponseHeaderReplacement;
import io.ouli.proxy.UpstreamTls;
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

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
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
                pin: 0,1
                busy_poll: true
                max_connections: 10000
                admin: 9464
                miss_status: 501
                resident_budget: 64m
                redact_request_headers: [X-One]
                endpoints:
                  - name: api
                    target: https://api.example.com/v1
                    listen: "[::1]:8443"
                    upstream_ca: ca.pem
                    upstream_http2: true
                    session: api/tests
                    fixed_session: true
                    host_header: other.example.com
                    health: /healthz
                    redact_request_headers: X-Two
                  - target: http://127.0.0.1:9
                    listen: 8081
                """);

        assertEquals("some where", config.dir());
        assertEquals("all", config.session());
        assertEquals("auto", config.workers());
        assertEquals("0,1", config.pin());
        assertTrue(config.busyPoll());
        assertEquals(10_000, config.maxConnections());
        assertEquals("9464", config.admin());
        assertEquals(501, config.missStatus());
        assertEquals(64L << 20, config.residentBudgetBytes());
        final FileEndpoint first = config.endpoints().getFirst();
        assertEquals("api", first.name());
        assertEquals(URI.create("https://api.example.com/v1"), first.target());
        assertEquals(new UpstreamTls(Path.of("ca.pem"), false, true), first.tls());
        assertEquals(UpstreamTls.DEFAULT, config.endpoints().getLast().tls());
        assertEquals(8443, first.listen().getPort());
        assertTrue(first.listen().getAddress().isLoopbackAddress());
        assertEquals("api/tests", first.session());
        assertTrue(first.fixedSession());
        assertEquals("other.example.com", first.hostHeader());
        assertEquals("/healthz", first.health());
        assertTrue(redaction(first).contains("x-one, x-two"), redaction(first));
        final FileEndpoint second = config.endpoints().get(1);
        assertTrue(second.listen().getAddress().isAnyLocalAddress(), "takes the file's bind");
        assertTrue(redaction(second).endsWith("x-one"), redaction(second));
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
        assertTrue(redaction(first).contains("x-goog-api-key"), redaction(first));
        assertEquals(List.of(new ResponseHeaderReplacement("X-Goog-Upload-Url",
                "^https://generativelanguage.googleapis.com/", "http://localhost:1443")), first.replacements());
        final FileEndpoint second = config.endpoints().get(1);
        assertEquals(URI.create("http://github.com:8080"), second.target());
        assertEquals("/healthz", second.health());
    }

    @Test
    void shouldReadPoliciesOfTheFileAndOfTheEndpointIntoOne() throws IOException {
        final FileConfig config = read("""
                existing: append
                durability: each
                commit_interval_ms: 20
                match: strict
                exhausted: miss
                transport: nio
                redaction:
                  defaults: false
                  json_keys: [password]
                  parameters: [key]
                fingerprint:
                  ignore_query: [ts]
                endpoints:
                  - listen: 1
                    redaction: {expressions: ['sk-[a-z]+'], response_headers: [X-Trace]}
                    fingerprint:
                      include_headers: [X-Tenant]
                      ignore_json: [/id]
                      placeholders: [{name: uuid, expression: '[0-9a-f-]{36}', parts: [path, body]}]
                  - listen: 2
                """);

        assertEquals(ExistingPolicy.APPEND, config.existing());
        assertEquals(Durability.EACH, config.durability());
        assertEquals(20, config.commitIntervalMillis());
        assertEquals(MatchMode.STRICT, config.match());
        assertEquals(Exhausted.MISS, config.exhausted());
        assertEquals(TransportChoice.NIO, config.transport());
        final FileEndpoint first = config.endpoints().getFirst();
        assertEquals("0 secrets; response headers x-trace; 1 expressions; 1 JSON rules; 1 parameters",
                redaction(first));
        final String fingerprint = first.policy().fingerprint().description();
        assertTrue(fingerprint.contains("x-tenant") && fingerprint.contains("ignore json \"/id\"")
                && fingerprint.contains("ignore query \"ts\"") && fingerprint.contains("placeholder uuid"),
                fingerprint);
        assertEquals("0 secrets; 1 JSON rules; 1 parameters", redaction(config.endpoints().get(1)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            endpoints: [{taget: 'http://a', listen: 1}]          | 1 | 'endpoints[0].taget'; did you mean 'target'?
            endpoints: [{listen: 1}]\\nworkerz: 2                 | 2 | 'workerz'; did you mean 'workers'?
            endpoints: [{listen: 1}]\\n\\nquux: 2                 | 3 | 'quux'; known here: admin, bind
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
            endpoints: [{session: ../a}]                         | 1 | no session's name
            endpoints: [{health: healthz}]                       | 1 | such as /healthz
            endpoints: [{upstream_ca: a, upstream_insecure: true}] | 1 | contradict each other
            endpoints: [{fixed_session: maybe}]                  | 1 | must be true or false
            endpoints: [{redact_request_headers: ['a b']}]       | 1 | no header's name
            endpoints: [{response_header_replacements: [{header: A, regex: '('}]}] | 1 | no valid expression
            endpoints: [{response_header_replacements: [{header: A}]}]             | 1 | is missing
            endpoints: [{response_header_replacements: [{regex: A}]}] | 1 | replacements[0].header' is missing
            endpoints: {listen: 1}                               | 1 | 'endpoints' must be a list
            endpoints: [7]                                       | 1 | must hold keys
            endpoints: [{listen: [1]}]                           | 1 | must be a single value
            endpoints: []                                        | 1 | 'endpoints' is missing or empty
            dir: x                                               | 1 | 'endpoints' is missing or empty
            dir: x\\ndir: y                                       | 2 | a second time
            endpoints: [{listen: 1}]\\ndir: ''                   | 2 | 'dir' is empty
            invalid: - yaml: content                             | 1 | is not YAML
            - a                                                  | 1 | the file must hold keys
            endpoints: [{listen: 1}]\\nmiss_status: 99            | 2 | from 200 to 599
            endpoints: [{listen: 1}]\\nworkers: 0                 | 2 | from 1 to 256
            endpoints: [{listen: 1}]\\nmatch: fuzzy              | 2 | 'match' must be key, strict or test-server, not
            endpoints: [{listen: 1}]\\ntransport: uring          | 2 | must be auto, io_uring or nio, not 'uring'
            endpoints: [{redaction: {json_pointer: [/a]}}]       | 1 | did you mean 'json_pointers'?
            endpoints: [{redaction: {expressions: ['(']}}]       | 1 | 'endpoints[0].redaction.expressions':
            endpoints: [{redaction: {json_keys: [{rule: a}]}}]   | 1 | json_keys[0].placeholder' is missing
            endpoints: [{redaction: {json_keys: [{rule: a, placeholder: ' '}]}}] | 1 | redaction.json_keys'
            endpoints: [{redaction: {json_keys: [{rul: a}]}}]    | 1 | json_keys[0].rule' is missing
            redaction: {request_headers: [Host]}\\nendpoints: [{listen: 1}] | 1 | 'redaction.request_headers':
            endpoints: [{fingerprint: {ignore_json: [a]}}]       | 1 | 'endpoints[0].fingerprint.ignore_json':
            endpoints: [{fingerprint: {placeholders: [{name: a}]}}] | 1 | placeholders[0].expression' is missing
            """)
    void shouldNameFileLineAndKeyOfWhatIsWrong(final String yaml, final int line, final String expected)
            throws IOException {
        final Path file = write(yaml.replace("\\n", "\n"));

        final String message = assertThrows(ConfigException.class, () -> read(file)).getMessage();

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

    @Test
    void shouldGiveARuleAPlaceholderOfItsOwn() throws IOException {
        final RedactionPolicy read = read("""
                endpoints:
                  - listen: 1
                    redaction:
                      json_keys: [password, {rule: session, placeholder: SESSION}]
                      expressions: [{rule: 'tok_[a-z]+', placeholder: TOKEN}]
                      response_headers: [{rule: set-cookie, placeholder: COOKIE}]
                      request_headers: X-Tenant
                """)
                .endpoints().getFirst().policy().redaction();
        assertArrayEquals(RedactionPolicy.builder()
                .redactRequestHeader("X-Tenant").redactResponseHeader("Set-Cookie", "COOKIE")
                .jsonKey("password").jsonKey("session", "SESSION").expression("tok_[a-z]+", "TOKEN").build().hash(),
                read.hash());
    }

    private static String redaction(final FileEndpoint endpoint) {
        return endpoint.policy().redaction().description();
    }

    private void assertMessage(final Path file, final String expected) {
        final String message = assertThrows(ConfigException.class, () -> read(file)).getMessage();
        assertTrue(message.startsWith(file.toString()) && message.contains(expected), message);
    }

    private FileConfig read(final String yaml) throws IOException {
        return read(write(yaml));
    }

    private static FileConfig read(final Path file) {
        return FileConfig.read(file, nothing -> { });
    }

    private Path write(final String yaml) throws IOException {
        final Path file = folder.resolve("ouli.yml");
        Files.writeString(file, yaml);
        return file;
    }
}
