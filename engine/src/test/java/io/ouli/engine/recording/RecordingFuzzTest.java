package io.ouli.engine.recording;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertFalse;

/** Runs the fuzzer's corpus, and as many random inputs as take a second or two; each failure names its input. */
class RecordingFuzzTest {
    private static final int RANDOM_INPUTS = 1_500;

    @BeforeAll
    static void logNothing() {
        Interactions.logNothing();
    }

    @AfterAll
    static void logAgain() {
        Interactions.logAgain();
    }

    @Test
    void shouldSurviveAnyFile() throws IOException, URISyntaxException {
        corpus("anyFile", RecordingFuzzTarget::anyFile);
        random(RecordingFuzzTarget::anyFile);
    }

    @Test
    void shouldSurviveForgedFiles() throws IOException, URISyntaxException {
        corpus("forgedFile", RecordingFuzzTarget::forgedFile);
        random(RecordingFuzzTarget::forgedFile);
    }

    private static void corpus(final String target, final Consumer<byte[]> consumer)
            throws IOException, URISyntaxException {
        final URL folder = RecordingFuzzTest.class.getResource("RecordingFuzzingInputs/" + target);
        final List<Path> files;
        try (Stream<Path> all = Files.list(Path.of(folder.toURI()))) {
            files = all.sorted().toList();
        }
        assertFalse(files.isEmpty());
        for (final Path file : files) {
            run(consumer, Files.readAllBytes(file), file.toString());
        }
    }

    private static void random(final Consumer<byte[]> consumer) {
        final long base = new Random().nextLong();
        for (int i = 0; i < RANDOM_INPUTS; i++) {
            final Random random = new Random(base + i);
            final byte[] bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            run(consumer, bytes, "seed " + (base + i));
        }
    }

    private static void run(final Consumer<byte[]> consumer, final byte[] bytes, final String what) {
        try {
            consumer.accept(bytes);
        } catch (final RuntimeException | Error e) {
            throw new AssertionError(what, e);
        }
    }
}
