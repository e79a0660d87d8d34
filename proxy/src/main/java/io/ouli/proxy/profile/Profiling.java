package io.ouli.proxy.profile;

import io.ouli.engine.OuliException;
import io.ouli.engine.events.Events;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import jdk.jfr.Configuration;
import jdk.jfr.Recording;
import jdk.jfr.RecordingState;

/**
 * Profiles this process from the first line of its command to its end: a flame graph by async-profiler, and the JDK's
 * flight recording with Ouli's own events in it. Where async-profiler cannot be loaded, the recording alone.
 */
public final class Profiling {
    /** The flag: {@code --profile cpu|alloc|wall[=FILE]}. */
    public static final String FLAG = "--profile";
    private static final String FLIGHT = ".jfr";
    private static final List<String> EVENTS = List.of("ouli.Miss", "ouli.Commit", "ouli.Stall", "ouli.Section");

    private static Profiling current;

    private final Path base;
    private final Consumer<String> log;
    private final Recording recording;
    private final AsyncProfiler agent;

    private Profiling(final Path base, final Consumer<String> log, final Recording recording,
            final AsyncProfiler agent) {
        this.base = base;
        this.log = log;
        this.recording = recording;
        this.agent = agent;
    }

    /**
     * Begins if a command line asks for it; ends with the process, or by {@link #end}.
     *
     * @param log takes lines for people.
     * @return the command line without the flag.
     * @throws OuliException if the flag's value cannot be.
     */
    public static List<String> begin(final List<String> words, final Consumer<String> log) {
        final List<String> rest = new ArrayList<>(words);
        String value = null;
        for (int i = 0; i < rest.size() && !rest.get(i).equals("--"); i++) {
            if (rest.get(i).equals(FLAG)) {
                rest.remove(i);
                value = i < rest.size() ? rest.remove(i) : "";
            } else if (rest.get(i).startsWith(FLAG + "=")) {
                value = rest.remove(i).substring(FLAG.length() + 1);
            }
        }
        if (value != null) {
            final int equals = value.indexOf('=');
            final ProfileKind kind = kind(equals < 0 ? value : value.substring(0, equals));
            begin(kind, file(kind, equals < 0 ? "" : value.substring(equals + 1)), log);
        }
        return rest;
    }

    private static ProfileKind kind(final String name) {
        for (final ProfileKind kind : ProfileKind.values()) {
            if (kind.name().toLowerCase(Locale.ROOT).equals(name)) {
                return kind;
            }
        }
        throw new OuliException(FLAG + " takes cpu, alloc or wall, and a file after another = if you like: "
                + FLAG + " cpu=profile.html; not '" + name + "'");
    }

    private static Path file(final ProfileKind kind, final String typed) {
        return Path.of(typed.isEmpty() ? "ouli-" + kind.name().toLowerCase(Locale.ROOT)
                : typed.replaceFirst("\\.(html|jfr)$", "")).toAbsolutePath();
    }

    private static synchronized void begin(final ProfileKind kind, final Path base, final Consumer<String> log) {
        if (current != null) {
            throw new OuliException(FLAG + " is given twice; keep one");
        }
        AsyncProfiler agent = null;
        try {
            agent = AsyncProfiler.load();
            agent.execute("start," + kind.agentOptions());
        } catch (final IOException e) {
            agent = null;
            log.accept("profile: async-profiler cannot be used (" + e.getMessage()
                    + "); the flight recorder samples alone");
        }
        try {
            current = new Profiling(base, log, record(kind, Path.of(base + FLIGHT)), agent);
        } catch (final IOException e) {
            throw new OuliException(base + FLIGHT + " cannot be written: " + e.getMessage(), e);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(Profiling::end, "ouli-profile"));
    }

    private static Recording record(final ProfileKind kind, final Path flight) throws IOException {
        final Recording recording;
        try {
            recording = new Recording(Configuration.getConfiguration("default"));
        } catch (final IOException | ParseException e) {
            throw new OuliException("this Java has no flight recorder's settings: " + e.getMessage(), e);
        }
        final var settings = recording.getSettings();
        settings.putAll(kind.flightSettings());
        EVENTS.forEach(event -> settings.put(event + "#enabled", "true"));
        recording.setSettings(settings);
        // At the process's end the JDK's own hook may come first, and writes it.
        recording.setDestination(flight);
        recording.start();
        Events.watchNow();
        return recording;
    }

    /** Ends, if it was begun, and writes the files. Idempotent. */
    public static synchronized void end() {
        if (current != null) {
            current.write();
            current = null;
        }
    }

    private void write() {
        final Path graph = Path.of(base + ".html");
        final StringBuilder written = new StringBuilder();
        try {
            if (agent != null) {
                agent.execute("stop,flamegraph,file=" + graph);
                written.append(graph).append(" (flame graph), ");
            }
            stop();
            log.accept("profile: " + written + base + FLIGHT + " (flight recording)");
        } catch (final IOException e) {
            log.accept("profile: " + written + "the rest cannot be written: " + e.getMessage());
        }
    }

    /**
     * Writes what was recorded. When the process ends, a hook of the JDK's does so too, and then removes what is not
     * written yet: a stop writes in a second step, between which and the first that hook may come. A dump is one step.
     */
    private void stop() throws IOException {
        final Path whole = Path.of(base + FLIGHT + "~");
        try {
            recording.dump(whole);
        } catch (final IOException | IllegalStateException e) {
            if (recording.getState() != RecordingState.CLOSED) {
                throw e;
            }
            // The JDK's hook came first, and has written the file; the dump may have begun before it failed.
            Files.deleteIfExists(whole);
            return;
        } finally {
            recording.close();
        }
        // In place of what that hook may have written meanwhile.
        Files.move(whole, Path.of(base + FLIGHT), StandardCopyOption.REPLACE_EXISTING);
    }
}
