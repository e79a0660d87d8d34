package io.ouli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Holds docs/TESTING.md to the tests that there are: a map of what is gone misleads. */
class TestMapTest {
    private static final Pattern TEST = Pattern.compile("`(\\w+(?:Test|Properties|IT))`");

    @Test
    void shouldNameTestsThatExist() throws IOException {
        final Set<String> named = new TreeSet<>();
        final Matcher matcher = TEST.matcher(Files.readString(Path.of("../docs/TESTING.md")));
        while (matcher.find()) {
            named.add(matcher.group(1));
        }
        assertTrue(named.size() > 40, named::toString);
        named.removeAll(tests());
        assertEquals(Set.of(), named);
    }

    private static Set<String> tests() throws IOException {
        final Set<String> found = new TreeSet<>();
        try (Stream<Path> modules = Files.list(Path.of(".."))) {
            for (final Path tests : modules.map(module -> module.resolve("src/test/java")).filter(Files::isDirectory)
                    .collect(Collectors.toSet())) {
                try (Stream<Path> files = Files.walk(tests)) {
                    files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".java"))
                            .forEach(name -> found.add(name.substring(0, name.length() - ".java".length())));
                }
            }
        }
        return found;
    }
}
