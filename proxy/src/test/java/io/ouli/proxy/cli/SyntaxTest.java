package io.ouli.proxy.cli;

import io.ouli.engine.recording.ExistingPolicy;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class SyntaxTest {
    private final Syntax syntax = new Syntax("ouli test", "Tests.")
            .option("--dir", "DIR", "A folder.")
            .option("--port", "N", "A number.")
            .option("--existing", "WHAT", "A choice.")
            .options("--rule", "R", "Several.")
            .flag("--json", "A switch.")
            .arguments("FILE", 0, 2, "Files.");

    @Test
    void shouldParseBothSpellingsOfAValueAndLeaveTheRest() {
        final Arguments arguments = syntax.parse(
                List.of("one", "--dir", "a b", "--port=7", "--rule", "x", "--rule=y=z", "--json", "--", "--dir"));

        assertEquals("a b", arguments.text("--dir"));
        assertEquals(7, arguments.number("--port", 0, 9));
        assertEquals(List.of("x", "y=z"), arguments.all("--rule"));
        assertTrue(arguments.flag("--json"));
        assertEquals(List.of("one", "--dir"), arguments.words());
        assertNull(arguments.choice("--existing", ExistingPolicy.class));
    }

    @Test
    void shouldTakeADashAndAnEmptyTextAsValues() {
        final Arguments arguments = syntax.parse(List.of("--dir=", "-", "--port", "-1"));

        assertEquals("", arguments.text("--dir"));
        assertTrue(assertThrows(CliException.class, () -> arguments.path("--dir")).getMessage()
                .startsWith("--dir is empty"), "a script's variable that is not set names no folder");
        assertEquals(List.of("-"), arguments.words());
        assertThrows(CliException.class, () -> arguments.number("--port", 0, 9));
        assertFalse(arguments.flag("--json"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --dri x              | unknown flag --dri; did you mean --dir?
            --quite-another      | unknown flag --quite-another; try
            -x                   | unknown flag -x
            --dir                | --dir needs a value: --dir DIR
            --dir --json         | --dir needs a value
            --dir a --dir b      | --dir is given twice
            --json=yes           | --json takes no value, and was given 'yes'
            a b c                | 'c' is one argument too many
            """)
    void shouldSayWhatIsWrongAndWhereToReadWhatIsRight(final String typed, final String expected) {
        final CliException e = assertThrows(CliException.class, () -> syntax.parse(List.of(typed.split(" "))));

        assertTrue(e.getMessage().contains(expected), e.getMessage());
        assertTrue(e.getMessage().endsWith("; try 'ouli test --help'"), e.getMessage());
        assertEquals(ExitCode.USAGE, e.exitCode());
    }

    @Test
    void shouldNameFlagAndChoicesOfAWrongValue() {
        final Arguments arguments = syntax.parse(List.of("--port", "80o", "--existing", "keep"));

        assertTrue(assertThrows(CliException.class, () -> arguments.number("--port", 0, 65_535)).getMessage()
                .startsWith("--port must be a number from 0 to 65535, not '80o'"));
        assertTrue(assertThrows(CliException.class, () -> arguments.choice("--existing", ExistingPolicy.class))
                .getMessage().startsWith("--existing must be fail, append or replace, not 'keep'"));
    }

    @Test
    void shouldKeepHelpWithinAHundredColumns() {
        for (final Command command : CommandLine.commands()) {
            final String help = command.syntax().help();
            help.lines().forEach(line -> assertTrue(line.length() <= 100, line));
            assertTrue(help.startsWith("Usage: ouli "), help);
        }
    }
}
