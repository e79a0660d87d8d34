package io.ouli.proxy.cli;

import io.ouli.uring.RingFeature;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class SwitchesTest {
    private final List<String> warnings = new ArrayList<>();

    private void check(final String name, final String value) {
        Switches.check(Map.of("java.home", "/jdk", name, value), Map.of(), warnings::add);
    }

    private String refusal(final String name, final String value) {
        final CliException refusal = assertThrows(CliException.class, () -> check(name, value));
        assertEquals(ExitCode.USAGE, refusal.exitCode());
        return refusal.getMessage();
    }

    private List<String> warningsOf(final String name, final String value) {
        Switches.check(Map.of(), Map.of("PATH", "/bin", name, value), warnings::add);
        return warnings;
    }

    @ParameterizedTest
    @EnumSource
    void shouldKnowTheSwitchOfEachFeatureOfTheRing(final RingFeature feature) {
        check(feature.property(), "false");
        assertTrue(refusal(feature.property(), "off").endsWith("=off does nothing; choose true, false"));
    }

    @Test
    void shouldNameTheSwitchThatIsMistypedAndThoseThatExist() {
        final String message = refusal("ouli.uring.bufrng", "false");
        assertTrue(message.startsWith(
                "-Douli.uring.bufrng is no switch of Ouli; did you mean -Douli.uring.bufring?; there are "), message);
        assertTrue(message.contains(" ouli.uring.files, ") && message.contains(" ouli.metrics, "), message);
    }

    @ParameterizedTest
    @CsvSource({"ouli.simd,1024", "ouli.metrics,no", "ouli.pages,tiny", "ouli.slice.micros,0.1ms", "ouli.transport,tcp",
        "ouli.native.enabled,no"})
    void shouldRefuseValuesThatDoNothing(final String name, final String value) {
        assertTrue(refusal(name, value).startsWith("-D" + name + "=" + value + " does nothing; choose "));
    }

    @ParameterizedTest
    @CsvSource({"ouli.simd,scalar", "ouli.metrics,off", "ouli.pages,small", "ouli.slice.micros,100",
        "ouli.transport,NIO", "ouli.uring.multishot,FALSE", "ouli.uring.files,false", "ouli.uring.enabled,false",
        "ouli.profile,fast", "ouli.aot.state,used"})
    void shouldTakeWhatExists(final String name, final String value) {
        check(name, value);
        assertEquals(List.of(), warnings);
    }

    @ParameterizedTest
    @CsvSource({"OULI_SECRET,OULI_SECRETS", "OULI_SECRET_FILE,OULI_SECRETS_FILE", "OULI_JAVA_OPTIONS,OULI_JAVA_OPTS",
        "OULI_PROFIL,OULI_PROFILE"})
    void shouldWarnOfAVariableThatIsMistyped(final String name, final String meant) {
        final String value = "a-secret-value";
        assertEquals(List.of("warning: " + name + " is set and nothing reads it; did you mean " + meant + "?"),
                warningsOf(name, value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"OULI_PORT", "OULI_SERVICE_HOST", "OULI_TEST_BLOCKS", "OULI_SECRETS", "OULI_JAVA_OPTS"})
    void shouldLeaveVariablesOfOthersAndItsOwnInPeace(final String name) {
        assertEquals(List.of(), warningsOf(name, "anything"));
    }

    @Test
    void shouldWarnOfAVariableWhoseValueDoesNothing() {
        warningsOf("OULI_AOT", "nevr");
        warningsOf("OULI_BUILD", "no");
        warningsOf("OULI_AOT", "never");
        assertEquals(List.of("warning: OULI_AOT=nevr does nothing; choose never or now, or unset it",
                "warning: OULI_BUILD=no does nothing; choose never, or unset it"), warnings);
    }

    @Test
    void shouldNotRecordWithSecretsThatTheLocaleCannotRead(@TempDir final Path folder) throws Exception {
        // The variable's bytes are UTF-8 if this process' own locale is, and no ASCII in any.
        try (CliProcess cli = CliProcess.start(folder, Map.of("LC_ALL", "C", "OULI_SECRETS", "p\u00e4ssw\u00f6rtlich"),
                "record", "--target", "http://127.0.0.1:1", "--listen", "0", "--dir", folder + "/r")) {
            if (System.getProperty("sun.jnu.encoding").equals("UTF-8")) {
                assertEquals(ExitCode.USAGE, cli.exitCode(), cli.err());
                assertTrue(cli.err().contains("error: OULI_SECRETS holds bytes that are no characters"), cli.err());
            }
        }
    }

    @Test
    void shouldEndTheProcessThatWasStartedWithAMistypedSwitch(@TempDir final Path folder) throws Exception {
        try (CliProcess cli = CliProcess.start(folder,
                Map.of("JDK_JAVA_OPTIONS", "-Douli.uring.bufrng=false", "OULI_SECRET", "hidden"), "--version")) {
            assertEquals(ExitCode.USAGE, cli.exitCode(), cli.err());
            assertTrue(cli.err().contains("ouli: error: -Douli.uring.bufrng is no switch of Ouli"), cli.err());
        }
        try (CliProcess cli = CliProcess.start(folder, Map.of("OULI_SECRET", "hidden"), "--version")) {
            assertEquals(ExitCode.OK, cli.exitCode(), cli.err());
            assertTrue(cli.err().contains("ouli: warning: OULI_SECRET is set") && !cli.err().contains("hidden"),
                    cli.err());
        }
    }
}
