package io.ouli.engine;

import io.ouli.engine.fingerprint.FingerprintPolicy;
import io.ouli.engine.redaction.BodyDecoder;
import io.ouli.engine.redaction.Codings;
import io.ouli.engine.redaction.RedactionPolicy;
import io.ouli.engine.redaction.SecretFinding;
import io.ouli.engine.scan.Leak;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static io.ouli.engine.EngineHarness.begin;
import static io.ouli.engine.EngineHarness.bytes;
import static io.ouli.engine.EngineHarness.complete;
import static io.ouli.engine.EngineHarness.get;
import static io.ouli.engine.EngineHarness.ok;
import static io.ouli.engine.EngineHarness.record;
import static io.ouli.engine.EngineHarness.replay;
import static io.ouli.engine.EngineHarness.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Bodies that are damaged, or inflate to more than can be searched; the limit, 256 MiB, is lower here. */
class UnsearchableBodyTest {
    private static final int LIMIT_BYTES = 4_000;
    private static final String SECRET = "s3cr3t-value";

    @TempDir
    private Path folder;

    private final EndpointPolicy searching = new EndpointPolicy(
            Codings.lookingInto(LIMIT_BYTES).secret("test", bytes(SECRET)).build(), FingerprintPolicy.DEFAULT);
    private final EndpointPolicy ruled = new EndpointPolicy(
            Codings.lookingInto(LIMIT_BYTES).jsonKey("password").build(), FingerprintPolicy.DEFAULT);
    private final EndpointPolicy unconcerned =
            new EndpointPolicy(Codings.lookingInto(LIMIT_BYTES).build(), FingerprintPolicy.DEFAULT);

    private static String coded(final String coding, final int length) {
        return text(Codings.code(coding, bytes("x" + "0".repeat(length - 1))));
    }

    private static String response(final String coding, final int length) {
        final String body = coded(coding, length);
        return "HTTP/1.1 200 OK\r\nContent-Encoding: " + coding + "\r\nContent-Length: " + body.length() + "\r\n\r\n"
                + body;
    }

    private static String post(final String coding, final int length) {
        final String body = coded(coding, length);
        return "POST /p HTTP/1.1\r\nHost: a\r\nContent-Encoding: " + coding + "\r\nContent-Length: " + body.length()
                + "\r\n\r\n" + body;
    }

    private Engine recording() {
        return Engine.open(EngineConfig.builder(folder).mode(Mode.RECORD).build());
    }

    /** Records without a policy that would mind, then {@code /small} too. */
    private Path recorded(final String request, final String response) {
        try (Engine engine = recording()) {
            final Recorder recorder = engine.newRecorder(unconcerned, () -> { });
            record(recorder, engine.session("default"), request, response);
            record(recorder, engine.session("default"), get("/small"), ok("small"));
        }
        return folder.resolve("default.ouli");
    }

    private String replayed(final String request) {
        try (Engine engine = Engine.open(EngineConfig.builder(folder).build())) {
            return replay(engine.newReplayer(unconcerned), engine.session("default"), request);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate", "br", "zstd"})
    void shouldNotRecordAResponseThatCannotBeSearched(final String coding) {
        final String atLimit = response(coding, LIMIT_BYTES);
        try (Engine engine = recording()) {
            for (final EndpointPolicy policy : List.of(searching, ruled)) {
                final Recorder recorder = engine.newRecorder(policy, () -> { });
                final Session session = engine.session("default");
                record(recorder, session, get("/over"), response(coding, LIMIT_BYTES + 1));
                record(recorder, session, get("/at"), atLimit);
            }
        }
        assertEquals("NO_KEY", replayed(get("/over")));
        assertEquals(atLimit, replayed(get("/at")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate", "br", "zstd"})
    void shouldNotRecordARequestThatCannotBeSearched(final String coding) {
        final String over = post(coding, LIMIT_BYTES + 1);
        final String at = post(coding, LIMIT_BYTES);
        try (Engine engine = recording()) {
            for (final EndpointPolicy policy : List.of(searching, ruled)) {
                final Recorder recorder = engine.newRecorder(policy, () -> { });
                final Session session = engine.session("default");
                final OuliException e = assertThrows(OuliException.class, () -> begin(recorder, session, over));
                assertTrue(e.getMessage().startsWith("session default: a request was not recorded: its body inflates to"
                        + " more than 4000 bytes, "), e.getMessage());
                complete(begin(recorder, session, at), ok("at"));
            }
        }
        assertEquals("NO_KEY", replayed(over));
        assertEquals(ok("at"), replayed(at));
    }

    /** A decoder that minds less than ours, or repairs, would find what stands before or behind the damage. */
    private static String damaged(final String coding, final String name) {
        final byte[] body = Codings.code(coding, bytes((SECRET + " and more. ").repeat(9)));
        switch (coding) {
            case "gzip" -> body[2] = 7; // The method's number; all behind it is whole.
            case "deflate" -> body[body.length - 1] ^= 1;
            case "zstd" -> body[5] ^= 1; // Its length.
            default -> body[1] |= 0x40; // A block that ends behind the body.
        }
        return "HTTP/1.1 200 OK\r\nContent-Encoding: " + name + "\r\nContent-Length: " + body.length + "\r\n\r\n"
                + text(body);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate", "br", "zstd", "dcz", "gzip, compress"})
    void shouldNotRecordWhatCannotBeDecoded(final String name) {
        final String coding = name.length() > 7 || name.equals("dcz") ? "gzip" : name;
        final String damaged = name.equals(coding) ? damaged(coding, name)
                : response("gzip", 9).replace("Encoding: gzip", "Encoding: " + name);
        try (Engine engine = recording()) {
            for (final EndpointPolicy policy : List.of(searching, ruled)) {
                final Recorder recorder = engine.newRecorder(policy, () -> { });
                record(recorder, engine.session("default"), get("/damaged"), damaged);
                record(recorder, engine.session("default"), get("/small"), ok("small"));
            }
        }
        assertEquals("NO_KEY", replayed(get("/damaged")));
        assertEquals(ok("small"), replayed(get("/small")));
    }

    @Test
    void shouldRecordAndReplayWhatCannotBeDecodedWhereThereIsNothingToSearchFor() {
        recorded(get("/damaged"), damaged("gzip", "gzip"));
        assertEquals(damaged("gzip", "gzip"), replayed(get("/damaged")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "br", "zstd", "none", "utf-8"})
    void shouldSearchTextUnderTheNameOfACoding(final String coding) {
        final String head = "HTTP/1.1 200 OK\r\nContent-Encoding: " + coding + "\r\nContent-Length: ";
        try (Engine engine = recording()) {
            record(engine.newRecorder(searching, () -> { }), engine.session("default"), get("/text"),
                    head + "32\r\n\r\n" + "caf\u00c3\u00a9,\t\r\n\u00e2\u0082\u00ac " + SECRET + " and on");
        }
        final String reply = replayed(get("/text"));
        assertTrue(reply.endsWith("\u00e2\u0082\u00ac REDACTED and on"), reply);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zstd"})
    void shouldSearchFilesInFilesToALimitAndRecordNoMore(final String coding) {
        byte[] file = bytes("x " + SECRET + " y");
        try (Engine engine = recording()) {
            final Recorder recorder = engine.newRecorder(searching, () -> { });
            for (int depth = 1; depth <= Limits.MAX_CONTENT_CODINGS + 1; depth++) {
                // Compressed in truth where it can be, so that it does not stand there as it is.
                file = Codings.code(coding, file);
                record(recorder, engine.session("default"), get("/" + depth), ok(text(file)));
            }
        }
        for (int depth = 1; depth <= Limits.MAX_CONTENT_CODINGS; depth++) {
            final String reply = replayed(get("/" + depth));
            byte[] plain = bytes(reply.substring(reply.indexOf("\r\n\r\n") + 4));
            for (int i = 0; i < depth; i++) {
                plain = new BodyDecoder(LIMIT_BYTES).decodeFile(plain, 0, plain.length, new int[0]);
            }
            assertEquals("x REDACTED y", text(plain));
        }
        assertEquals("NO_KEY", replayed(get("/" + (Limits.MAX_CONTENT_CODINGS + 1))));
    }

    @Test
    void shouldNotRecordMoreCodingsThanAreUndone() {
        byte[] body = bytes("x " + SECRET + " y");
        for (int i = 0; i < Limits.MAX_CONTENT_CODINGS; i++) {
            body = Codings.code("gzip", body);
        }
        final byte[] beyond = Codings.code("gzip", body);
        final String head = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip, gzip, gzip";
        try (Engine engine = recording()) {
            final Recorder recorder = engine.newRecorder(searching, () -> { });
            record(recorder, engine.session("default"), get("/3"),
                    head + "\r\nContent-Length: " + body.length + "\r\n\r\n" + text(body));
            record(recorder, engine.session("default"), get("/4"),
                    head + ", gzip\r\nContent-Length: " + beyond.length + "\r\n\r\n" + text(beyond));
        }
        assertEquals(ok("x REDACTED y"), replayed(get("/3")));
        assertEquals("NO_KEY", replayed(get("/4")));
    }

    @Test
    void shouldNotRecordACompressedFileThatCannotBeSearched() {
        try (Engine engine = recording()) {
            final Recorder recorder = engine.newRecorder(searching, () -> { });
            record(recorder, engine.session("default"), get("/file"), ok(coded("gzip", LIMIT_BYTES + 1)));
            record(recorder, engine.session("default"), get("/small"), ok("small"));
        }
        assertEquals("NO_KEY", replayed(get("/file")));
        assertEquals(ok("small"), replayed(get("/small")));
    }

    @Test
    void shouldRecordAndReplayItWhereThereIsNothingToSearchFor() {
        final String response = response("gzip", LIMIT_BYTES + 1);
        final String request = post("gzip", LIMIT_BYTES + 1);
        recorded(request, response);
        assertEquals(response, replayed(request));
        // A request that is only looked up is stored nowhere, and counts as it came.
        try (Engine engine = Engine.open(EngineConfig.builder(folder).build())) {
            assertEquals(response, replay(engine.newReplayer(searching), engine.session("default"), request));
        }
    }

    @Test
    void shouldRedactNoRecordingThatCannotBeSearched() throws IOException {
        for (final String[] interaction : new String[][] {
            {get("/over"), response("gzip", LIMIT_BYTES + 1)}, {post("zstd", LIMIT_BYTES + 1), ok("over")}}) {
            final Path file = recorded(interaction[0], interaction[1]);
            final String before = text(Files.readAllBytes(file));
            try (RecordingRedaction redaction = new RecordingRedaction(searching, false)) {
                final OuliException e = assertThrows(OuliException.class, () -> redaction.redact(file));
                assertTrue(e.getMessage().startsWith(file + ": interaction 1: its body inflates to more than"),
                        e.getMessage());
            }
            assertEquals(before, text(Files.readAllBytes(file)));
            Files.delete(file);
        }
    }

    @Test
    void shouldQuarantineARecordingThatCannotBeSearchedBeforeItsSeal() {
        final Path file;
        final Engine engine = recording();
        final Session session = engine.session("default");
        record(engine.newRecorder(unconcerned, () -> { }), session, get("/over"), response("br", LIMIT_BYTES + 1));
        // This endpoint knows a secret; it may be in what the other one recorded.
        record(engine.newRecorder(searching, () -> { }), session, get("/small"), ok("small"));
        final OuliException e = assertThrows(OuliException.class, engine::close);
        file = folder.resolve("default.ouli");
        assertEquals("session default was not sealed: it cannot be searched for secrets: interaction 1: its body"
                + " inflates to more than 4000 bytes, beyond which it is not searched; ask for less at once, or go"
                + " without secrets and rules for bodies; it is kept as " + file
                + ".quarantine; record again without that, or delete the file", e.getMessage());
        assertFalse(Files.exists(file));
        assertTrue(Files.exists(folder.resolve("default.ouli.quarantine")));
    }

    @Test
    void shouldTellInAScanThatSomethingCannotBeSearched() {
        final Path file = recorded(post("zstd", LIMIT_BYTES + 1), response("gzip", LIMIT_BYTES + 1));
        final List<String> told = new ArrayList<>();
        final RedactionPolicy policy = searching.redaction();
        new RecordingScan(policy).scan(file, new RecordingScan.Visitor() {
            @Override
            public void leak(final int interaction, final Leak leak) {
                told.add("leak");
            }

            @Override
            public void secret(final int interaction, final SecretFinding finding) {
                told.add("secret");
            }

            @Override
            public void unreadable(final int interaction, final String reason) {
                told.add(interaction + " " + reason.substring(0, reason.indexOf(" to more than 4000 bytes")));
            }
        });
        assertEquals(List.of("1 request: its body inflates", "1 response: its body inflates"), told);
    }

    @Test
    void shouldTellBeforeAnImportWhatCannotBeSearched() {
        final String response = response("gzip", LIMIT_BYTES + 1);
        final int headLength = response.indexOf("\r\n\r\n") + 4;
        final byte[] head = bytes(response.substring(0, headLength));
        final byte[] body = bytes(response.substring(headLength));
        final byte[] request = bytes(post("gzip", LIMIT_BYTES + 1));
        final RecordableCheck check = new RecordableCheck(searching);
        assertTrue(assertThrows(OuliException.class, () -> check.response(head, body)).getMessage()
                .startsWith("its response cannot be recorded: its body inflates to more than"));
        assertTrue(assertThrows(OuliException.class, () -> check.request(request)).getMessage()
                .startsWith("its request cannot be recorded: its body inflates to more than"));
        final RecordableCheck none = new RecordableCheck(unconcerned);
        none.response(head, body);
        none.request(request);
    }
}
