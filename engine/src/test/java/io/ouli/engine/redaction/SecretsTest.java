package io.ouli.engine.redaction;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class SecretsTest {
    @Test
    void shouldReadEachSourceAndIgnoreEmptyOnes(@TempDir final Path directory) throws IOException {
        final Path file = directory.resolve("secrets.txt");
        Files.writeString(file, "first line\r\n\n  third line  \n");
        try (Secrets secrets = Secrets.fromEnvironment(Map.of(
                "OULI_SECRETS", "one,,two, ",
                "OULI_SECRETS_FILE", file.toString(),
                "TEST_SERVER_SECRETS", ",four"))) {
            assertEquals(5, secrets.size());
            check(secrets, 0, "OULI_SECRETS #1", "one");
            check(secrets, 1, "OULI_SECRETS #3", "two");
            check(secrets, 2, "OULI_SECRETS_FILE #1", "first line");
            check(secrets, 3, "OULI_SECRETS_FILE #3", "third line");
            check(secrets, 4, "TEST_SERVER_SECRETS #2", "four");
            assertFalse(secrets.toString().contains("one"));
        }
    }

    private static void check(final Secrets secrets, final int index, final String label, final String value) {
        assertEquals(label, secrets.label(index));
        assertArrayEquals(Messages.bytes(value), secrets.value(index));
    }

    @Test
    void shouldNotPassOverAFileThatIsMissing(@TempDir final Path directory) {
        final Map<String, String> environment = Map.of("OULI_SECRETS_FILE", directory.resolve("none").toString());
        final RedactionException e =
                assertThrows(RedactionException.class, () -> Secrets.fromEnvironment(environment));
        assertTrue(e.getMessage().contains("OULI_SECRETS_FILE"));
    }

    /** Java reads bytes that are no characters of the locale as U+FFFD: the secret itself is gone then. */
    @Test
    void shouldNotTakeWhatThisLocaleCannotRead() {
        for (final String variable : new String[] {"OULI_SECRETS", "TEST_SERVER_SECRETS"}) {
            final RedactionException e = assertThrows(RedactionException.class,
                    () -> Secrets.fromEnvironment(Map.of(variable, "fine,p\uFFFD\uFFFDssword")));
            assertTrue(e.getMessage().startsWith(variable + " holds bytes that are no characters in this locale")
                    && !e.getMessage().contains("ssword"), e.getMessage());
        }
    }

    @Test
    void shouldFindNoSecretsInAnEmptyEnvironment() {
        assertEquals(0, Secrets.fromEnvironment(Map.of("OULI_SECRETS", "", "OULI_SECRETS_FILE", " ")).size());
    }

    @Test
    void shouldOverwriteSecretsWhenClosed() {
        final Secrets secrets = Secrets.fromEnvironment(Map.of("OULI_SECRETS", "abcdef"));
        final byte[] value = secrets.value(0);
        secrets.close();
        assertArrayEquals(new byte[6], value);
        assertEquals(0, secrets.size());
    }
}
