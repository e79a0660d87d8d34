package io.ouli.engine.recording;

import io.ouli.engine.OuliException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class SessionNamesTest {
    private static final Path FOLDER = Path.of("recordings");

    @ParameterizedTest
    @ValueSource(strings = {"default", "a/b/c", "A-Z.0_9", "...", "a..b", ".hidden", "-", "a.ouli", "..a/b.."})
    void shouldTakeSegmentsOfPlainCharacters(final String name) {
        assertEquals(name, SessionNames.validate(name));
        assertEquals(FOLDER.resolve(name + ".ouli"), SessionNames.file(FOLDER, name));
        assertEquals(name, SessionNames.session(FOLDER, SessionNames.file(FOLDER, name)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/a", "a/", "a//b", ".", "..", "a/../b", "a/.", "a b", "a~", "ä", "a\u0000",
        "a\\b", "a:b", "%2e%2e"})
    void shouldRefuseEverythingElse(final String name) {
        assertFalse(SessionNames.isValid(name));
        final OuliException e = assertThrows(OuliException.class, () -> SessionNames.validate(name));
        assertTrue(e.getMessage().chars().allMatch(c -> c >= ' '), e.getMessage());
    }

    @Test
    void shouldTakeTheLongestNameAndNoLonger() {
        final String longest = "x".repeat(255);
        assertEquals(longest, SessionNames.validate(longest));
        assertThrows(OuliException.class, () -> SessionNames.validate(longest + "x"));
    }

    @Test
    void shouldFitFileSystemsThatTake255BytesAName() {
        for (int length = 1; length <= 255; length++) {
            final String name = "x".repeat(length);
            final Path file = SessionNames.file(FOLDER, name);
            for (final Path part : file) {
                assertTrue(part.toString().length() <= 255 - "~recovered".length());
            }
            assertEquals(name, SessionNames.session(FOLDER, file));
        }
    }

    @Test
    void shouldKnowWhatIsNoRecording() {
        assertNull(SessionNames.session(FOLDER, FOLDER.resolve("a.ouli~lock")));
        assertNull(SessionNames.session(FOLDER, FOLDER.resolve("a.ouli~new")));
        assertNull(SessionNames.session(FOLDER, FOLDER.resolve("a b.ouli")));
        assertNull(SessionNames.session(FOLDER, FOLDER.resolve(".ouli")));
        assertNull(SessionNames.session(FOLDER, FOLDER.resolve("a~/b.ouli")));
    }
}
