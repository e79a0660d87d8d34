package io.ouli.proxy.cli;

import io.ouli.proxy.facts.JsonTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** {@code ouli import har} and {@code ouli export}, over what browsers write and over each other's output. */
class HarTest {
    private static final String API = "https://api.example.com";

    @TempDir
    private Path folder;

    private static String entry(final String request, final String response) {
        return "{\"startedDateTime\":\"2026-01-02T03:04:05.678+01:00\",\"time\":1,\"request\":{" + request
                + "},\"response\":{" + response + "},\"cache\":{},\"timings\":{}}";
    }

    private static String get(final String url) {
        return "\"method\":\"GET\",\"url\":\"" + url + "\",\"httpVersion\":\"h2\",\"headers\":["
                + "{\"name\":\":authority\",\"value\":\"x\"},{\"name\":\"accept\",\"value\":\"*/*\"}]";
    }

    private static String ok(final String content) {
        return "\"status\":200,\"statusText\":\"\",\"headers\":[{\"name\":\"content-type\",\"value\":\"text/plain\"},"
                + "{\"name\":\"content-encoding\",\"value\":\"br\"},{\"name\":\"content-length\",\"value\":\"9\"},"
                + "{\"name\":\"set-cookie\",\"value\":\"a=1\\nb=2\"}],\"content\":" + content;
    }

    private Path har(final String name, final String... entries) throws IOException {
        final Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, "{\"log\":{\"version\":\"1.2\",\"pages\":[{\"entries\":[1]}],\"entries\":["
                + String.join(",", entries) + "],\"comment\":\"\"}}");
    }

    private CliRun importHar(final Path source, final String... more) {
        return CliRun.of(Stream.concat(Stream.of("import", "har", source.toString(), "--dir", out().toString()),
                Stream.of(more)).toArray(String[]::new));
    }

    private Path out() {
        return folder.resolve("out");
    }

    private String raw(final String file, final int number, final String what) {
        return new String(CliRun.of("show", out().resolve(file).toString(), "--number", Integer.toString(number),
                "--raw", what).bytes(), StandardCharsets.UTF_8);
    }

    @Test
    void shouldNotCallAHarUnreadableWhoseRecordingCannotBeWritten() throws Exception {
        final Path file = har("site.har", entry(get(API + "/a"), ok("{\"text\":\"" + "x".repeat(200_000) + "\"}")));
        final Path small = har("tiny.har", entry(get(API + "/a"), ok("{\"text\":\"y\"}")));
        for (final List<String> more : List.of(List.<String>of(), List.of("--session", "one"))) {
            final List<String> words = new ArrayList<>(List.of(
                    "import", "har", file.toString(), "--dir", folder.resolve("full" + more.size()).toString()));
            words.addAll(more);
            // As on a full disk: no file may be longer than 20,480 bytes.
            try (CliProcess cli = CliProcess.start(
                    folder, Map.of("OULI_TEST_BLOCKS", "40"), words.toArray(String[]::new))) {
                assertEquals(ExitCode.NOT_KEPT, cli.exitCode(), cli.out() + cli.err());
                assertFalse((cli.out() + cli.err()).contains("unreadable"), cli.out() + cli.err());
                assertFalse(cli.err().contains("clients"), "an import has none: " + cli.err());
                assertTrue((more.isEmpty() ? cli.out() : cli.err()).contains(more.isEmpty()
                        ? file + ": not written: session site: " : "error: session one: "), cli.out() + cli.err());
            }
        }
        assertEquals(ExitCode.OK, importHar(small).exitCode());
        try (CliProcess cli = CliProcess.run(folder, "import", "har", small.toString(), "--dir", file + "/x")) {
            assertEquals(ExitCode.NOT_KEPT, cli.exitCode());
            assertTrue(cli.out().contains(small + ": not written: session tiny: "), cli.out() + cli.err());
        }
    }

    @Test
    void shouldNotCallItsOwnFaultWhatTheSystemRefuses() throws Exception {
        final Path site = har("site.har", entry(get(API + "/a"), ok("{\"text\":\"x\"}")));
        assertEquals(ExitCode.OK, importHar(site).exitCode());
        final CliRun path = CliRun.of("show", "a\0b");
        assertEquals(ExitCode.USAGE, path.exitCode(), path.err());
        assertTrue(path.err().contains("is no path here (Nul character not allowed)"), path.err());
        if (Files.isDirectory(Path.of("/proc/self"))) {
            // Where nobody may make a file, root neither.
            final CliRun refused = CliRun.of("export", "json", out().toString(), "--out", "/proc/export.json");
            assertEquals(ExitCode.CANNOT_START, refused.exitCode(), refused.err());
            assertTrue(refused.err().startsWith("ouli: error: /proc/"), refused.err());
        }
    }

    @Test
    void shouldNotCallDoneWhatCouldNotBePrinted() throws Exception {
        final Path file = har("site.har", entry(get(API + "/a"), ok("{\"text\":\"" + "x".repeat(300_000) + "\"}")));
        assertEquals(ExitCode.OK, importHar(file).exitCode());
        final String recording = out().resolve("site.ouli").toString();
        for (final String[] words : new String[][] {{"show", recording}, {"export", "json", recording}}) {
            // More than a pipe holds, so that it is still being written when its reader goes.
            final ProcessBuilder builder = CliProcess.builder(words);
            // So that the system's error is in English.
            builder.environment().put("LC_ALL", "C");
            final Process gone = builder.start();
            assertTrue(gone.getInputStream().read() > 0);
            gone.getInputStream().close();
            final String err = new String(gone.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(141, gone.waitFor(), err);
            assertFalse(err.contains("error"), "head has seen enough: " + err);
            // No file may be longer than 512 bytes, as on a full disk.
            try (CliProcess full = CliProcess.start(folder, Map.of("OULI_TEST_BLOCKS", "1"), words)) {
                assertEquals(ExitCode.CANNOT_START, full.exitCode(), full.err());
                assertTrue(full.err().contains("error: standard output could not be written to its end: "), full.err());
            }
        }
    }

    @Test
    void shouldBecomeTheHttpThatAnEntryStandsFor() throws IOException {
        final Path file = har("site.har", entry(get(API + "/a b?q=\u00e9#top"),
                ok("{\"size\":4,\"mimeType\":\"text/plain\",\"text\":\"h\u00e9h\"}")));

        final CliRun run = importHar(file);

        assertEquals(ExitCode.OK, run.exitCode(), run.out() + run.err());
        assertEquals(file + ": ok, 1 interaction, session site\n", run.out());
        assertEquals("GET /a%20b?q=%C3%A9 HTTP/1.1\r\nHost: api.example.com\r\naccept: */*\r\n\r\n",
                raw("site.ouli", 1, "request"));
        assertEquals("HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\nset-cookie: a=1\r\nset-cookie: b=2\r\n"
                + "Content-Length: 4\r\n\r\nh\u00e9h", raw("site.ouli", 1, "response"));
        assertTrue(CliRun.of("show", out() + "/site.ouli", "--json").out().contains("\"2026-01-02T02:04:05.678Z\""));
        assertEquals(ExitCode.OK, CliRun.of("verify", out().toString()).exitCode());
    }

    @Test
    void shouldKeepBodiesInBase64FormsAndAnotherCharset() throws IOException {
        final String binary = Base64.getEncoder().encodeToString(new byte[] {0, (byte) 0xFF, 10});
        har("set/one.har",
                entry("\"method\":\"POST\",\"url\":\"" + API + "/form\",\"headers\":[{\"name\":\"Content-Type\","
                        + "\"value\":\"application/x-www-form-urlencoded\"},{\"name\":\"Content-Length\","
                        + "\"value\":\"7\"}],"
                        + "\"postData\":{\"mimeType\":\"application/x-www-form-urlencoded\",\"params\":["
                        + "{\"name\":\"a\",\"value\":\"1 2\"},{\"name\":\"b\"}]}",
                        ok("{\"size\":3,\"mimeType\":\"image/png\",\"text\":\"" + binary
                                + "\",\"encoding\":\"base64\"}")),
                entry(get(API + "/latin"),
                        ok("{\"mimeType\":\"text/plain; charset=ISO-8859-1\",\"text\":\"\u00e9\"}")),
                entry("\"method\":\"HEAD\",\"url\":\"" + API + "/\",\"headers\":[]",
                        ok("{\"size\":0,\"mimeType\":\"\"}")),
                entry(get(API + "/same"), "\"status\":304,\"headers\":[],\"content\":{\"size\":0}"));

        final CliRun run = importHar(folder.resolve("set"), "--json");

        assertEquals(ExitCode.OK, run.exitCode(), run.out() + run.err());
        assertTrue(raw("one.ouli", 1, "request").endsWith("\r\nContent-Length: 8\r\n\r\na=1+2&b="));
        final byte[] image = CliRun.of("show", out() + "/one.ouli", "--number=1", "--raw=response").bytes();
        assertArrayEquals(new byte[] {0, (byte) 0xFF, 10},
                Arrays.copyOfRange(image, image.length - 3, image.length));
        assertTrue(raw("one.ouli", 2, "response").contains("Content-Length: 1\r\n"));
        assertTrue(raw("one.ouli", 3, "response").contains("content-encoding: br\r\nset-cookie: a=1\r\nset-cookie: b=2"
                + "\r\nContent-Length: 9\r\n\r\n"), raw("one.ouli", 3, "response"));
        assertEquals("HTTP/1.1 304 Not Modified\r\n\r\n", raw("one.ouli", 4, "response"));
    }

    @Test
    void shouldNameWhatItLeavesOut() throws IOException {
        final Path file = har("a.har",
                entry(get(API + "/ok"), ok("{\"size\":1,\"text\":\"x\"}")),
                entry(get(API + "/blocked"), "\"status\":0,\"headers\":[],\"content\":{}"),
                entry(get(API + "/evicted"), ok("{\"size\":5,\"mimeType\":\"\"}")),
                entry(get("data:text/plain,x"), ok("{\"text\":\"x\"}")),
                entry(get(API + "/socket"), "\"status\":101,\"headers\":[],\"content\":{}"),
                entry("\"method\":\"POST\",\"url\":\"" + API + "/lost\",\"headers\":[{\"name\":\"content-length\","
                        + "\"value\":\"5\"}]", ok("{\"text\":\"x\"}")),
                entry(get(API + "/split"), "\"status\":200,\"headers\":[{\"name\":\"a\",\"value\":\"b\\rc: d\"}],"
                        + "\"content\":{}"),
                "{}");

        final CliRun run = importHar(file);

        assertEquals(ExitCode.DIFFERENT, run.exitCode(), run.out() + run.err());
        assertTrue(run.out().startsWith(file + ": partial, 1 interaction, session a\n"), run.out());
        final List<String> reasons = List.of("2 left out: there was no response", "3 left out: the HAR does not hold",
                "4 left out: its URL is none of HTTP's", "5 left out: its connection became another",
                "6 left out: the HAR does not hold its request's body", "7 left out: the header a cannot",
                "8 left out: it has no request");
        reasons.forEach(reason -> assertTrue(run.out().contains("  entry " + reason), run.out()));
    }

    @Test
    void shouldAskWhoseRequestsAreWanted() throws IOException {
        final Path file = har("page.har",
                entry(get(API + "/v1"), ok("{\"text\":\"api\"}")),
                entry(get("https://cdn.example.com:8443/v1"), ok("{\"text\":\"cdn\"}")));

        final CliRun unclear = importHar(file);
        assertEquals(ExitCode.USAGE, unclear.exitCode());
        assertTrue(unclear.out().contains("its requests go to 2 origins (https://api.example.com 1 times"),
                unclear.out());
        assertFalse(Files.exists(out().resolve("page.ouli")));

        final CliRun chosen = importHar(file, "--origin", "HTTPS://CDN.example.com:8443", "--session", "team/cdn");
        assertEquals(ExitCode.OK, chosen.exitCode(), chosen.err());
        assertTrue(chosen.out().contains("session team/cdn; 1 of other origins"), chosen.out());
        assertTrue(raw("team/cdn.ouli", 1, "response").endsWith("\r\n\r\ncdn"));
        assertEquals(ExitCode.OK, importHar(file, "--origin", "all").exitCode());
        assertEquals(2, CliRun.of("show", out() + "/page.ouli", "--list").out().lines().count());
        assertEquals(ExitCode.CANNOT_START, importHar(file, "--origin", "all").exitCode(), "it exists");
    }

    @Test
    void shouldRefuseWhatIsNoHar() throws IOException {
        for (final String text : List.of("", "[]", "{\"log\":{}}", "{\"log\":{\"entries\":{}}}",
                "{\"log\":{\"entries\":[1]}}", "{\"log\":{\"entries\":[{\"request\":", "nothing")) {
            final Path file = Files.writeString(folder.resolve("bad.har"), text);
            final CliRun run = importHar(file);
            assertEquals(ExitCode.USAGE, run.exitCode(), text);
            assertTrue(run.out().startsWith(file + ": unreadable: it is no "), text + ": " + run.out());
        }
        assertTrue(importHar(Files.createDirectories(folder.resolve("empty"))).err().contains("no files that end"));
        assertEquals(ExitCode.USAGE, importHar(folder.resolve("absent.har")).exitCode());
        assertEquals(ExitCode.USAGE, importHar(folder.resolve("bad.har"), "--origin", "ftp://x").exitCode());
    }

    @Test
    void shouldRedactWhatItImports() throws IOException {
        final Path file = har("secret.har", entry(get(API + "/?api_key=hunter2-hunter2"),
                ok("{\"text\":\"token hunter2-hunter2\"}")));

        assertEquals(ExitCode.OK, importHar(file, "--redact-regex", "hunter2-[a-z0-9]+").exitCode());

        assertFalse(new String(Files.readAllBytes(out().resolve("secret.ouli")), StandardCharsets.ISO_8859_1)
                .contains("hunter2"));
    }

    @Test
    @SuppressWarnings("unchecked")
    void shouldExportWhatImportTakesBack() throws IOException {
        final String binary = Base64.getEncoder().encodeToString(new byte[] {0, (byte) 0xFF, 10});
        importHar(har("x.har",
                entry(get(API + "/items?page=1&page=2&e"), ok("{\"text\":\"\u00e9\u4e2d\"}")),
                entry("\"method\":\"PUT\",\"url\":\"" + API + "/items\",\"headers\":[{\"name\":\"content-type\","
                        + "\"value\":\"application/json\"}],\"postData\":{\"mimeType\":\"application/json\",\"text\":"
                        + "\"{\\\"a\\\": 1}\"}", ok("{\"text\":\"" + binary + "\",\"encoding\":\"base64\"}")),
                entry(get(API + "/latin"), ok("{\"mimeType\":\"text/plain;charset=latin1\",\"text\":\"\u00e9\"}"))));
        final Path har = folder.resolve("back.har");

        final CliRun run = CliRun.of(
                "export", "har", out().toString(), "--base-url", API + "/", "--out", har.toString());

        assertEquals(ExitCode.OK, run.exitCode(), run.err());
        final Map<String, Object> log = (Map<String, Object>) ((Map<String, Object>) JsonTree.read(har)).get("log");
        assertEquals("1.2", log.get("version"));
        final List<Map<String, Object>> entries = (List<Map<String, Object>>) log.get("entries");
        assertEquals(API + "/items?page=1&page=2&e", ((Map<String, Object>) entries.get(0).get("request")).get("url"));
        assertEquals("x", entries.get(0).get("_session"));
        assertEquals(ExitCode.OK, importHar(har, "--session", "again").exitCode());
        for (int number = 1; number <= 3; number++) {
            assertEquals(raw("x.ouli", number, "request"), raw("again.ouli", number, "request"));
            assertEquals(raw("x.ouli", number, "response"), raw("again.ouli", number, "response"));
        }
    }

    @Test
    @SuppressWarnings("unchecked")
    void shouldExportOneDocumentAndNameWhatIsDamaged() throws IOException {
        importHar(har("x.har", entry(get(API + "/1"), ok("{\"text\":\"first\"}")),
                entry(get(API + "/2"), ok("{\"text\":\"second\"}"))));
        final CliRun whole = CliRun.of("export", "json", out().toString());
        assertEquals(ExitCode.OK, whole.exitCode(), whole.err());
        final Map<String, Object> document = (Map<String, Object>) JsonTree.parse(whole.out());
        assertEquals("ouli-export/1", document.get("format"));
        final Map<String, Object> recording = ((List<Map<String, Object>>) document.get("recordings")).getFirst();
        assertEquals("x", recording.get("session"));
        assertEquals(2, ((List<?>) recording.get("interactions")).size());

        final Path file = out().resolve("x.ouli");
        final byte[] bytes = Files.readAllBytes(file);
        bytes[new String(bytes, StandardCharsets.ISO_8859_1).indexOf("second")] ^= 1;
        Files.write(file, bytes);
        final CliRun damaged = CliRun.of("export", "har", file.toString());
        assertEquals(ExitCode.DIFFERENT, damaged.exitCode());
        assertTrue(damaged.err().contains("interaction 2 is damaged and left out"), damaged.err());
        final Map<String, Object> log =
                (Map<String, Object>) ((Map<String, Object>) JsonTree.parse(damaged.out())).get("log");
        assertEquals(1, ((List<?>) log.get("entries")).size());

        final Path other = Files.writeString(out().resolve("a.ouli"), "no recording at all");
        final CliRun unreadable = CliRun.of("export", "json", out().toString());
        assertEquals(ExitCode.USAGE, unreadable.exitCode());
        assertTrue(unreadable.err().contains(other + " at offset 0: this is not a recording"), unreadable.err());
        final List<?> readable = (List<?>) ((Map<String, Object>) JsonTree.parse(unreadable.out())).get("recordings");
        assertEquals(1, readable.size(), "the others are exported, and the document is whole");
        assertEquals(ExitCode.USAGE, CliRun.of("export", "xml", file.toString()).exitCode());
        assertEquals(ExitCode.USAGE, CliRun.of("export", "json", file.toString(), "--base-url", API).exitCode());
        assertEquals(ExitCode.USAGE, CliRun.of("export", "har", file.toString(), "--base-url", "api").exitCode());
        assertEquals(ExitCode.USAGE, CliRun.of("export", "har", folder.resolve("none").toString()).exitCode());
    }
}
