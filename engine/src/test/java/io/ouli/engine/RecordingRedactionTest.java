package io.ouli.engine;

import io.ouli.engine.fingerprint.FingerprintPolicy;
import io.ouli.engine.recording.Recording;
import io.ouli.engine.recording.RecordingException;
import io.ouli.engine.redaction.RedactionPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static io.ouli.engine.EngineHarness.begin;
import static io.ouli.engine.EngineHarness.body;
import static io.ouli.engine.EngineHarness.bytes;
import static io.ouli.engine.EngineHarness.complete;
import static io.ouli.engine.EngineHarness.get;
import static io.ouli.engine.EngineHarness.ok;
import static io.ouli.engine.EngineHarness.record;
import static io.ouli.engine.EngineHarness.replay;
import static io.ouli.engine.EngineHarness.text;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A policy applied to recordings that were made without it. */
class RecordingRedactionTest {
    private static final String SECRET = "s3cr3t-value";
    private static final String CHUNKED_HEAD = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

    @TempDir
    private Path folder;

    private final EndpointPolicy policy = new EndpointPolicy(
            RedactionPolicy.builder().secret("test", bytes(SECRET)).jsonKey("password").build(),
            FingerprintPolicy.DEFAULT);

    private Path recorded(final String... requestsAndResponses) {
        try (Engine engine = Engine.open(EngineConfig.builder(folder).mode(Mode.RECORD).build())) {
            final Recorder recorder = engine.newRecorder(EndpointPolicy.defaults(), () -> { });
            for (int i = 0; i < requestsAndResponses.length; i += 2) {
                record(recorder, engine.session("default"), requestsAndResponses[i], requestsAndResponses[i + 1]);
            }
            final Exchange chunked = begin(recorder, engine.session("default"), get("/chunks"));
            chunked.responseHead(bytes(CHUNKED_HEAD), 0, CHUNKED_HEAD.length());
            for (final String chunk : List.of("one s3cr", "3t-val", "ue two", " three")) {
                body(chunked, chunk, true);
            }
            chunked.responseTrailers(bytes("Digest: x\r\nX-T: s3cr3t-value\r\n"), 0, 30);
            chunked.complete();
            complete(begin(recorder, engine.session("default"), "HEAD /h HTTP/1.1\r\nHost: a\r\n\r\n"),
                    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-K: s3cr3t-value\r\n\r\n");
        }
        return folder.resolve("default.ouli");
    }

    private RecordingRedaction.Result redact(final Path file) {
        try (RecordingRedaction redaction = new RecordingRedaction(policy, false)) {
            return redaction.redact(file);
        }
    }

    @Test
    void shouldTakeSecretsOutAndReplayUnderThePolicy() throws IOException {
        final Path file = recorded(
                get("/a?key=s3cr3t-value"), "HTTP/1.1 200 OK\r\nETag: \"e\"\r\nContent-Length: 5\r\n\r\nplain",
                get("/b"), "HTTP/1.1 200 OK\r\nETag: \"e\"\r\nContent-MD5: AAAA\r\nContent-Length: 18\r\n\r\n"
                        + "it is s3cr3t-value",
                get("/c"), ok("innocent"));
        assertTrue(text(Files.readAllBytes(file)).contains(SECRET));
        final RecordingRedaction.Result result = redact(file);
        assertEquals(new RecordingRedaction.Result(file, 5, 4, true,
                Map.of("secret test", 5), Map.of("etag", 1, "digest", 1)), result);
        assertFalse(text(Files.readAllBytes(file)).contains("s3cr3t-value"));
        try (Engine engine = Engine.open(EngineConfig.builder(folder).build())) {
            final Replayer replayer = engine.newReplayer(policy);
            final Session session = engine.session("default");
            assertEquals("HTTP/1.1 200 OK\r\nETag: \"e\"\r\nContent-MD5: ZBARArtc2lzcamAiCQJJ2w==\r\nContent-Length: 14"
                    + "\r\n\r\nit is REDACTED", replay(replayer, session, get("/b")));
            assertEquals(ok("innocent"), replay(replayer, session, get("/c")));
            assertTrue(replay(replayer, session, get("/a?key=s3cr3t-value")).startsWith("HTTP/1.1 200"));
            // With no secret set the stored, redacted request is still matched.
            assertTrue(replay(engine.newReplayer(EndpointPolicy.defaults()), session, get("/a?key=REDACTED"))
                    .startsWith("HTTP/1.1 200"));
            assertEquals(CHUNKED_HEAD + "8\r\none REDA\r\n4\r\nCTED\r\n4\r\n two\r\n6\r\n three\r\n0\r\n"
                    + "Digest: x\r\nX-T: REDACTED\r\n\r\n", replay(replayer, session, get("/chunks")));
            assertEquals("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-K: REDACTED\r\n\r\n",
                    replay(replayer, session, "HEAD /h HTTP/1.1\r\nHost: a\r\n\r\n"));
        }
    }

    @Test
    void shouldLeaveWhatIsCleanAloneToTheByte() throws IOException {
        final Path file = recorded(get("/c"), ok("innocent"));
        redact(file);
        final byte[] once = Files.readAllBytes(file);
        final RecordingRedaction.Result again = redact(file);
        assertFalse(again.rewritten());
        assertEquals(0, again.changed());
        assertArrayEquals(once, Files.readAllBytes(file));
    }

    @Test
    void shouldChangeNothingOnADryRun() throws IOException {
        final Path file = recorded(get("/c"), ok("it is s3cr3t-value"));
        final byte[] before = Files.readAllBytes(file);
        final RecordingRedaction.Result done;
        try (RecordingRedaction redaction = new RecordingRedaction(policy, false)) {
            final RecordingRedaction.Result result = redaction.dryRun(file);
            assertEquals(3, result.changed());
            assertArrayEquals(before, Files.readAllBytes(file));
            done = redaction.redact(file);
            assertEquals(result, done);
        }
        assertFalse(text(Files.readAllBytes(file)).contains(SECRET));
    }

    @Test
    void shouldRefuseKeysOfOtherRulesUnlessTold() {
        final Path file = recorded(get("/c?page=1"), ok("x"));
        final EndpointPolicy other = new EndpointPolicy(
                policy.redaction(), FingerprintPolicy.builder().ignoreQuery("page").build());
        try (RecordingRedaction redaction = new RecordingRedaction(other, false)) {
            final var error = assertThrows(OuliException.class, () -> redaction.redact(file));
            assertTrue(error.getMessage().contains("interaction 1: its key"), error.getMessage());
        }
        try (RecordingRedaction redaction = new RecordingRedaction(other, true)) {
            redaction.redact(file);
        }
        try (Engine engine = Engine.open(EngineConfig.builder(folder).build())) {
            assertEquals(ok("x"), replay(engine.newReplayer(other), engine.session("default"), get("/c?page=2")));
        }
    }

    @Test
    void shouldGiveAQuarantinedRecordingItsNameBack() throws IOException {
        final Path file = recorded(get("/c"), ok("it is s3cr3t-value"));
        final Path away = folder.resolve("default.ouli.quarantine");
        Files.move(file, away);
        assertEquals(file, redact(away).target());
        assertFalse(Files.exists(away));
        try (Recording recording = Recording.open(file)) {
            assertEquals(3, recording.count());
        }
    }

    @Test
    void shouldRefuseADamagedRecording() throws IOException {
        final Path file = recorded(get("/c"), ok("it is s3cr3t-value"));
        final byte[] content = Files.readAllBytes(file);
        content[300] ^= 1;
        Files.write(file, content);
        final var error = assertThrows(RecordingException.class, () -> redact(file));
        assertTrue(error.getMessage().contains("ouli recover"), error.getMessage());
        assertArrayEquals(content, Files.readAllBytes(file));
    }
}
