package io.ouli.proxy.cli;

import io.ouli.proxy.config.NearestName;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Holds Ouli's system properties and environment variables against those that exist: what is mistyped would otherwise
 * do nothing, silently.
 */
final class Switches {
    /** What every property of ours begins with. */
    static final String PREFIX = "ouli.";
    private static final String VARIABLE_PREFIX = "OULI_";
    private static final List<String> ON_OR_OFF = List.of("true", "false");
    /** What the launcher says to the program; a user has no reason to. */
    private static final List<String> OF_THE_LAUNCHER = List.of("ouli.terminal", "ouli.command", "ouli.profile",
            "ouli.aot.state", "ouli.aot", "ouli.profiler");
    private static final List<String> OF_THE_RING = List.of("enabled", "files", "singleIssuer", "deferTaskrun",
            "coopTaskrun", "submitAll", "noSqArray", "multishot", "multishotAccept", "multishotRecv", "bufring",
            "cancelByFd", "registeredBuffers", "liburing", "tickGuard");
    private static final List<String> VARIABLES =
            List.of("SECRETS", "SECRETS_FILE", "PROFILE", "AOT", "BUILD", "JAVA_OPTS", "PROFILER");

    private Switches() {
    }

    /**
     * Checks both.
     *
     * @param properties  the system properties.
     * @param environment the environment's variables.
     * @param note        takes a warning about a variable: others may have reason to set one that begins like ours.
     * @throws CliException that names a property that does not exist, or what one may be set to.
     */
    static void check(final Map<?, ?> properties, final Map<String, String> environment, final Consumer<String> note) {
        for (final Map.Entry<?, ?> property : properties.entrySet()) {
            if (property.getKey() instanceof final String name && name.startsWith(PREFIX)
                    && !OF_THE_LAUNCHER.contains(name)) {
                check(name, String.valueOf(property.getValue()));
            }
        }
        for (final Map.Entry<String, String> variable : environment.entrySet()) {
            if (variable.getKey().startsWith(VARIABLE_PREFIX)) {
                checkVariable(variable.getKey().substring(VARIABLE_PREFIX.length()), variable.getValue(), note);
            }
        }
    }

    private static void check(final String name, final String value) {
        final Map<String, List<String>> known = known();
        final List<String> values = known.get(name);
        if (values == null) {
            final String nearest = NearestName.of(name, known.keySet());
            throw new CliException(ExitCode.USAGE, "-D" + name + " is no switch of Ouli"
                    + (nearest == null ? "" : "; did you mean -D" + nearest + "?") + "; there are "
                    + String.join(", ", new TreeSet<>(known.keySet())) + " (docs/CLI.md)");
        }
        if (values.isEmpty() ? !value.matches("[0-9]{1,9}") : !values.contains(value.toLowerCase(Locale.ROOT))) {
            throw new CliException(ExitCode.USAGE, "-D" + name + "=" + value + " does nothing; choose "
                    + (values.isEmpty() ? "a whole number" : String.join(", ", values)));
        }
    }

    /** {@return every switch with the values that it takes; none stands for a number} */
    private static Map<String, List<String>> known() {
        final Map<String, List<String>> known = new LinkedHashMap<>();
        for (final String name : OF_THE_RING) {
            known.put(PREFIX + "uring." + name, ON_OR_OFF);
        }
        known.put("ouli.native.enabled", ON_OR_OFF);
        known.put("ouli.transport", List.of("auto", "io_uring", "io-uring", "nio"));
        known.put("ouli.simd", List.of("auto", "scalar", "128", "256", "512"));
        known.put("ouli.metrics", List.of("on", "off"));
        known.put("ouli.pages", List.of("huge", "small", "faulted"));
        known.put("ouli.slice.micros", List.of());
        return known;
    }

    private static void checkVariable(final String name, final String value, final Consumer<String> note) {
        if (!VARIABLES.contains(name)) {
            final String nearest = NearestName.of(name, VARIABLES);
            if (nearest != null) {
                note.accept("warning: " + VARIABLE_PREFIX + name + " is set and nothing reads it; did you mean "
                        + VARIABLE_PREFIX + nearest + "?");
            }
            return;
        }
        // An unknown profile is refused by the launcher.
        final List<String> values = switch (name) {
            case "AOT" -> List.of("", "never", "now");
            case "BUILD" -> List.of("", "never");
            default -> List.of(value);
        };
        if (!values.contains(value)) {
            note.accept("warning: " + VARIABLE_PREFIX + name + "=" + value + " does nothing; choose "
                    + String.join(" or ", values.subList(1, values.size())) + ", or unset it");
        }
    }
}
