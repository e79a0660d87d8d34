package io.ouli.engine.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

class FuzzMainTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    private Path folder;

    private int run(final String... args) throws InterruptedException {
        return FuzzMain.run(args, new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --duration 3x       | --duration '3x' is no time; write 30s, 10m or 2h
            --duration 0        | --duration '0' must be from 1s to 720h
            --duration=721h     | --duration '721h' must be from 1s to 720h
            --duration          | --duration needs a value
            --seed 0            | --seed '0' must be a number from 1 to 2147483647
            --seed 2147483648   | --seed '2147483648' must be a number from 1 to 2147483647
            --sead 1            | unknown flag --sead
            htpp                | nothing is named 'htpp'
            UserProperties      | nothing is named 'UserProperties'
            http --input /no/f  | --input /no/f: there is no such file
            """)
    void shouldRefuseWhatItCannotRun(final String line, final String message) throws Exception {
        assertEquals(2, run(line.split(" ")));
        assertTrue(err.toString(StandardCharsets.UTF_8).contains(message), err.toString(StandardCharsets.UTF_8));
        assertEquals("", out.toString(StandardCharsets.UTF_8));
    }

    @Test
    void shouldWantOneTargetForAnInput() throws Exception {
        final Path input = Files.writeString(folder.resolve("input"), "x");
        assertEquals(2, run("--input", input.toString()));
        assertEquals(2, run("http", "properties", "--input", input.toString()));
    }

    @Test
    void shouldListWhatThereIs() throws Exception {
        assertEquals(0, run("--list"));
        final String listed = out.toString(StandardCharsets.UTF_8);
        assertTrue(listed.contains("fingerprint\nspelling\n") && listed.contains("\nFingerprintProperties\n"), listed);
    }

    @Test
    void shouldHaveInputsForEveryTarget() {
        for (final Target target : Target.values()) {
            assertNotNull(getClass().getClassLoader().getResource(target.inputs()), target.inputs());
        }
    }

    @Test
    void shouldRunOneInput() throws Exception {
        final Path input = Files.writeString(folder.resolve("input"), "\u0003GET / HTTP/1.1\r\nHost: h\r\n\r\n");
        assertEquals(0, run("http", "--input", input.toString()));
        assertEquals("nothing was found\n", out.toString(StandardCharsets.UTF_8));
    }

    @Test
    void shouldMakeAnInputAsSmallAsItGoes() {
        final byte[] input = "some bytes, a <needle> and more, with an x behind".getBytes(StandardCharsets.US_ASCII);
        final byte[] smallest = Shrinker.shrink(input, candidate -> {
            final String text = new String(candidate, StandardCharsets.US_ASCII);
            return text.contains("needle") && text.indexOf('x') > text.indexOf("needle");
        }, 10_000);
        assertArrayEquals("needlex".getBytes(StandardCharsets.US_ASCII), smallest);
    }

    @Test
    void shouldShowInputsSoThatTheyCanBeTypedAgain() {
        assertEquals("4 bytes: \"a\\n\\\"\\xff\"", Shown.bytes(new byte[] {'a', '\n', '"', (byte) 0xff}));
        assertEquals("[\"\\u00e9\", 1, [2 bytes: \"ab\", null]]", Shown.values(Arrays.asList(
                "\u00e9", 1, Arrays.asList(new byte[] {'a', 'b'}, null))));
    }
}
