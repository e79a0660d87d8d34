package io.ouli.proxy.cli;

import java.text.MessageFormat;
import java.util.Locale;
import java.util.ResourceBundle;

/**
 * Writes a log message as one line: {@code ouli: message}, with the level before it when it is a warning or worse.
 *
 * <p>Threads may share it: a line is one {@code println}. {@link #setLevel} holds for every logger of the process.
 */
final class StderrLogger implements System.Logger {
    private static volatile Level threshold = Level.INFO;

    private final String name;

    StderrLogger(final String name) {
        this.name = name;
    }

    /** Sets the lowest level that is written; at {@link Level#DEBUG} and below, stack traces are written too. */
    static void setLevel(final Level level) {
        threshold = level;
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public boolean isLoggable(final Level level) {
        // The JDK's own loggers (HTTP client, TLS) are heard only when something is wrong.
        final boolean ours = name.startsWith("io.ouli");
        final Level lowest = ours || threshold.compareTo(Level.WARNING) > 0 ? threshold : Level.WARNING;
        return level != Level.OFF && level.compareTo(lowest) >= 0;
    }

    @Override
    public void log(final Level level, final ResourceBundle bundle, final String message, final Throwable thrown) {
        if (!isLoggable(level)) {
            return;
        }
        System.err.println(line(level, message));
        if (thrown != null) {
            if (threshold.compareTo(Level.DEBUG) <= 0) {
                thrown.printStackTrace(System.err);
            } else {
                System.err.println(line(level, "  caused by " + thrown));
            }
        }
    }

    @Override
    public void log(final Level level, final ResourceBundle bundle, final String format, final Object... params) {
        if (isLoggable(level)) {
            final boolean plain = params == null || params.length == 0;
            System.err.println(line(level, plain ? format : MessageFormat.format(format, params)));
        }
    }

    private static String line(final Level level, final String message) {
        final String text = Console.printableLine(String.valueOf(message).replace('\r', ' ').replace('\n', ' '));
        return level.compareTo(Level.WARNING) >= 0 || level.compareTo(Level.DEBUG) <= 0
                ? "ouli: " + level.getName().toLowerCase(Locale.ROOT) + ": " + text
                : "ouli: " + text;
    }
}
