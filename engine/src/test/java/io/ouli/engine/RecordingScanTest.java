package io.ouli.engine;

import io.ouli.engine.fingerprint.FingerprintPolicy;
import io.ouli.engine.redaction.Codings;
import io.ouli.engine.redaction.RedactionPolicy;
import io.ouli.engine.redaction.SecretFinding;
import io.ouli.engine.scan.Leak;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static io.ouli.engine.EngineHarness.bytes;
import static io.ouli.engine.EngineHarness.get;
import static io.ouli.engine.EngineHarness.ok;
import static io.ouli.engine.EngineHarness.record;
import static io.ouli.engine.EngineHarness.text;
import static org.junit.jupiter.api.Assertions.assertEquals;

class RecordingScanTest {
    private static final String SECRET = "s3cr3t-value";
    /** In two parts, so that it looks like a key nowhere but in what the test records. */
    private static final String KEY = "AKIA" + "Q3EGRZXNPDT5WYKM";

    @TempDir
    private Path folder;

    /** Writes down what is told. */
    private static final class Told implements RecordingScan.Visitor {
        private final List<String> lines = new ArrayList<>();

        @Override
        public void leak(final int interaction, final Leak leak) {
            lines.add(interaction + " " + leak.rule() + " in the " + leak.field());
        }

        @Override
        public void secret(final int interaction, final SecretFinding finding) {
            lines.add(interaction + " secret in the " + finding.field());
        }

        @Override
        public void unreadable(final int interaction, final String reason) {
            lines.add(interaction + " " + reason);
        }
    }

    @Test
    void shouldLookForNamedAndUnnamedSecretsEquallyDeepAndSayWhatIsDeeper() {
        final EndpointPolicy unconcerned = new EndpointPolicy(RedactionPolicy.builder().build(),
                FingerprintPolicy.DEFAULT);
        byte[] file = bytes("{\"id\":\"" + KEY + "\",\"text\":\"" + SECRET + "\"}");
        try (Engine engine = Engine.open(EngineConfig.builder(folder).mode(Mode.RECORD).build())) {
            final Recorder recorder = engine.newRecorder(unconcerned, () -> { });
            for (int depth = 1; depth <= Limits.MAX_CONTENT_CODINGS + 1; depth++) {
                file = Codings.code("gzip", file);
                record(recorder, engine.session("default"), get("/" + depth), ok(text(file)));
            }
        }
        final Told told = new Told();
        try (RedactionPolicy policy = RedactionPolicy.builder().secret("test", bytes(SECRET)).build()) {
            new RecordingScan(policy).scan(folder.resolve("default.ouli"), told);
        }
        final List<String> expected = new ArrayList<>();
        for (int depth = 1; depth <= Limits.MAX_CONTENT_CODINGS; depth++) {
            expected.add(depth + " secret in the response body (decompressed)");
            expected.add(depth + " aws-access-key in the response body");
        }
        expected.add("4 response: its body has more than 3 compressed files in one another, which are not searched;"
                + " look into them by hand");
        assertEquals(expected, told.lines);
    }
}
