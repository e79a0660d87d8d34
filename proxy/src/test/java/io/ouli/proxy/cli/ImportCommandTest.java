package io.ouli.proxy.cli;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** {@code ouli import test-server} over recordings that google/test-server made, some changed afterwards. */
class ImportCommandTest {
    @TempDir
    private Path folder;

    private Path source;
    private Path out;

    @BeforeEach
    void copy() throws IOException, URISyntaxException {
        source = folder.resolve("source");
        out = folder.resolve("out");
        final Path samples = Path.of(ImportCommandTest.class.getResource("/testserver").toURI());
        try (Stream<Path> all = Files.walk(samples)) {
            for (final Path file : all.filter(Files::isRegularFile).toList()) {
                final Path target = source.resolve(samples.relativize(file).toString());
                Files.createDirectories(target.getParent());
                Files.copy(file, target);
            }
        }
    }

    private CliRun run(final String... more) {
        return CliRun.of(Stream.concat(
                Stream.of("import", "test-server", source.toString(), "--dir", out.toString()),
                Stream.of(more)).toArray(String[]::new));
    }

    @Test
    void shouldReportEachFileAndKeepFolders() throws IOException {
        final CliRun run = run();

        assertEquals(ExitCode.OK, run.exitCode(), run.out() + run.err());
        assertTrue(run.out().contains(source + "/alpha.json: ok, 4 interactions, session alpha\n"), run.out());
        assertTrue(run.out().contains("/folder/sub/beta_gamma.json: ok, 4 interactions, session folder/sub/"));
        assertTrue(run.out().contains(".json: ok, 1 interaction, session default\n"), run.out());
        assertTrue(run.out().endsWith("7 files, 7 ok, 0 mismatch, 0 unreadable\n"), run.out());
        assertTrue(Files.exists(out.resolve("folder/sub/beta_gamma.ouli")));
        assertEquals(2, CliRun.of("show", out + "/default.ouli", "--list").out().lines().count());
        assertEquals(ExitCode.OK, CliRun.of("verify", out.toString()).exitCode());

        final byte[] before = Files.readAllBytes(out.resolve("alpha.ouli"));
        final CliRun again = run();
        assertEquals(ExitCode.CANNOT_START, again.exitCode(), again.err());
        assertTrue(again.err().contains("--existing append or replace"), again.err());
        assertEquals(ExitCode.OK, run("--existing", "replace").exitCode());
        assertArrayEquals(before, Files.readAllBytes(out.resolve("alpha.ouli")), "the same input, the same bytes");
    }

    @Test
    void shouldKeepAWebSocketsMessagesOneAChunk() {
        assertTrue(run().out().contains(".websocket.log: ok, 8 messages, session folder/socket.websocket\n"));
        final String raw = CliRun.of("show", out + "/folder/socket.websocket.ouli", "--number=1", "--raw", "response")
                .out();
        assertTrue(raw.startsWith("HTTP/1.1 200 OK\r\nContent-Type: application/vnd.ouli.websocket\r\n"), raw);
        assertTrue(raw.contains("\r\n\r\n6\r\n>hello\r\nc\r\n<echo hello\n\r\n"), raw);
        assertTrue(raw.contains(">two\nlines REDACTED\r\n") && raw.contains("\r\n1\r\n>\r\n"), raw);
    }

    @Test
    void shouldFindEveryHashThatDoesNotMatch() throws IOException {
        final Path changed = source.resolve("alpha.json");
        final String json = Files.readString(changed);
        for (final String[] change : new String[][] {
            {"\"method\": \"DELETE\"", "\"method\": \"PATCH\""}, {"\"url\": \"/a/1\"", "\"url\": \"/a/0\""},
            {"\"Test-Name\": \"alpha\"", "\"Test-Name\": \"alphA\""}, {"0.1", "0.2"},
            {"\"port\": 18443", "\"port\": 18444"}, {"\"shaSum\": \"9", "\"shaSum\": \"8"}}) {
            Files.writeString(changed, json.replaceFirst(Pattern.quote(change[0]), change[1]));
            final CliRun run = run("--existing", "replace", "--json");
            assertEquals(ExitCode.DIFFERENT, run.exitCode(), change[0] + run.out() + run.err());
            assertTrue(run.out().contains("\"verdict\":\"mismatch\",\"session\":null,\"interactions\":4,"
                    + "\"mismatches\":[{\"number\":"), run.out());
            assertFalse(Files.exists(out.resolve("alpha.ouli")));
        }
        final CliRun accepted = run("--existing", "replace", "--accept-mismatch");
        assertEquals(ExitCode.DIFFERENT, accepted.exitCode());
        assertTrue(accepted.out().contains("/alpha.json: mismatch, 4 interactions, number 1 is stored as 8"),
                accepted.out());
        assertTrue(Files.exists(out.resolve("alpha.ouli")));
    }

    @Test
    void shouldImportWhatCanBeReadAndNameWhatCannot() throws IOException {
        final List<String> unsound = List.of("", "[]", "{\"interactions\": [{}]}", "{\"interactions\": 1}",
                "{\"interactions\": [{\"request\": {\"method\": \"GET\"}}]}", "{\"a\": 1}",
                Files.readString(source.resolve("alpha.json")).replace("\"statusCode\": 200", "\"statusCode\": 99"),
                Files.readString(source.resolve("alpha.json")).replace("\"DELETE\"", "\"DEL ETE\""));
        for (int i = 0; i < unsound.size(); i++) {
            Files.writeString(source.resolve("bad" + i + ".json"), unsound.get(i));
        }
        final List<String> logs = List.of(">6 hello", ">5 hello\n", "hello", ">x hello\n", ">0 \n", ">99999999999 \n");
        for (int i = 0; i < logs.size(); i++) {
            Files.writeString(source.resolve("log" + i + ".websocket.log"), logs.get(i));
        }
        Files.writeString(source.resolve("no session.json"), Files.readString(source.resolve("alpha.json")));
        final CliRun run = run();
        assertEquals(ExitCode.USAGE, run.exitCode(), run.err());
        assertEquals(unsound.size() + logs.size() + 1,
                run.out().lines().filter(line -> line.contains(": unreadable: ")).count(), run.out());
        assertTrue(run.out().contains("/alpha.json: ok"), run.out());
        assertTrue(run.out().contains("bad3.json: unreadable: the member 'interactions' has an unexpected type"));
        assertTrue(run.out().contains("log1.websocket.log: unreadable: byte 7: the message does not end"), run.out());
    }

    @Test
    void shouldRefuseWhatIsNoFolderOfRecordings() throws IOException {
        Files.createDirectories(out);
        assertEquals(ExitCode.USAGE, CliRun.of("import", "test-server", source + "/alpha.json").exitCode());
        assertEquals(ExitCode.USAGE, CliRun.of("import", "nonsense", source.toString()).exitCode());
        assertEquals(ExitCode.USAGE, CliRun.of("import", "test-server", out.toString()).exitCode());
        assertEquals(ExitCode.USAGE, CliRun.of("import", "test-server").exitCode());
    }

    @Test
    void shouldRedactWhatTestServerLeft() throws IOException {
        final CliRun run = run("--redact-regex", "echo \\S+");
        assertEquals(ExitCode.OK, run.exitCode(), run.err());
        assertFalse(new String(Files.readAllBytes(out.resolve("folder/socket.websocket.ouli")),
                StandardCharsets.ISO_8859_1).contains("echo hello"));
        assertTrue(CliRun.of("show", out + "/alpha.ouli", "--number=4").out().contains("\n> Cookie: REDACTED\n"));
    }
}
