package io.ouli.proxy.cli;

import io.ouli.engine.EndpointPolicy;
import io.ouli.engine.Engine;
import io.ouli.engine.EngineConfig;
import io.ouli.engine.Exchange;
import io.ouli.engine.Mode;
import io.ouli.engine.Recorder;
import java.io.File;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** Recordings in git, set up by the very lines of docs/CLI.md, with a real git where there is one. */
class GitTextconvTest {
    private static final Pattern DOCUMENTED =
            Pattern.compile("```\\n(echo '\\*\\.ouli diff=ouli'.*?)```", Pattern.DOTALL);
    private static final long TIMEOUT_SECONDS = 60;

    @TempDir
    private Path folder;

    private Path repository;
    private Path recording;

    @BeforeEach
    void setUp() throws Exception {
        assumeTrue(hasGit(), "there is no git");
        repository = Files.createDirectory(folder.resolve("repository"));
        recording = repository.resolve("default.ouli");
        final Path ouli = Files.createDirectory(folder.resolve("bin")).resolve("ouli");
        Files.writeString(ouli, "#!/bin/sh\nexec '" + Path.of(System.getProperty("java.home"), "bin", "java")
                + "' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED -cp '"
                + Path.of("src/main/launch").toAbsolutePath() + File.pathSeparator
                + System.getProperty("java.class.path") + "' io.ouli.proxy.cli.Main \"$@\"\n");
        assertTrue(ouli.toFile().setExecutable(true));
        final Matcher documented = DOCUMENTED.matcher(Files.readString(Path.of("../docs/CLI.md")));
        assertTrue(documented.find(), "docs/CLI.md says how");
        shell("git init -q && git config user.email a@example.com && git config user.name a");
        shell(documented.group(1));
        record("one");
        shell("git add . && git commit -q -m first");
    }

    private static boolean hasGit() throws InterruptedException {
        try {
            return new ProcessBuilder("git", "--version").redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start().waitFor() == 0;
        } catch (final IOException e) {
            return false;
        }
    }

    /** Records two interactions; the second's reply is named. */
    private void record(final String reply) throws IOException {
        Files.deleteIfExists(recording);
        try (Engine engine = Engine.open(EngineConfig.builder(repository).mode(Mode.RECORD).build())) {
            final Recorder recorder = engine.newRecorder(EndpointPolicy.defaults(), () -> { });
            for (final String body : new String[] {"same", reply}) {
                final byte[] request = ("GET /" + body.equals(reply) + " HTTP/1.1\r\nHost: a\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII);
                final Exchange exchange = recorder.begin(engine.session("default"), request, 0, request.length);
                final byte[] head = ("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII);
                exchange.responseHead(head, 0, head.length);
                exchange.responseBody(MemorySegment.ofArray(body.getBytes(StandardCharsets.US_ASCII)), 0,
                        body.length(), false);
                exchange.complete();
            }
        }
    }

    private String shell(final String script) throws Exception {
        final Path output = folder.resolve("output");
        final ProcessBuilder builder = new ProcessBuilder("sh", "-e", "-c", script).directory(repository.toFile())
                .redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("GIT_") || name.startsWith("JAVA_TOOL"));
        builder.environment().put("PATH", folder.resolve("bin") + File.pathSeparator + System.getenv("PATH"));
        builder.environment().put("HOME", folder.toString());
        final Process process = builder.start();
        assertTrue(process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS), () -> "it hangs: " + script);
        assertEquals(0, process.exitValue(), script + ": " + Files.readString(output));
        return Files.readString(output);
    }

    @Test
    void shouldShowWhatChangedOfARecordingAndNothingElse() throws Exception {
        record("two!!");
        final String diff = shell("git diff");

        assertTrue(diff.contains("\n-one\n") && diff.contains("\n+two!!\n"), diff);
        assertTrue(diff.contains("\n-< Content-Length: 3\n+< Content-Length: 5\n"), diff);
        assertFalse(diff.contains("-same") || diff.contains("-###"), diff);
    }

    @Test
    void shouldDiffADamagedRecordingToo() throws Exception {
        final byte[] bytes = Files.readAllBytes(recording);
        bytes[200] ^= 1;
        Files.write(recording, bytes);

        final String diff = shell("git diff");
        assertTrue(diff.contains("\n+(damaged; ouli verify says where)\n"), diff);

        Files.writeString(recording, "no recording");
        assertTrue(shell("git diff").contains("\n+(unreadable; ouli verify says why)\n"));
    }
}
