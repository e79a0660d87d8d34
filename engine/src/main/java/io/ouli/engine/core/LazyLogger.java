package io.ouli.engine.core;

import java.util.ResourceBundle;

/**
 * A logger that looks for the platform's when it has something to say.
 *
 * <p>A class that logs once in its life keeps its logger in a constant; finding the platform's logger there means to
 * search every jar of the class path for a logging service, which is a tenth of a whole start.
 */
public final class LazyLogger implements System.Logger {
    /** What is below it is for nobody; a program that knows this spares the platform's logger altogether. */
    private static volatile Level least = Level.ALL;

    private final String name;

    /** Names the logger after the class that uses it. */
    public LazyLogger(final Class<?> user) {
        this(user.getName());
    }

    /** Says that nobody in this process wants to read what is below a level. */
    public static void setLeast(final Level level) {
        least = level;
    }

    /** Names the logger. */
    public LazyLogger(final String name) {
        this.name = name;
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public boolean isLoggable(final Level level) {
        return level.compareTo(least) >= 0 && platform().isLoggable(level);
    }

    @Override
    public void log(final Level level, final ResourceBundle bundle, final String message, final Throwable thrown) {
        if (level.compareTo(least) >= 0) {
            try {
                platform().log(level, bundle, message, thrown);
            } catch (final RuntimeException | Error e) {
                sayPlainly(level, message);
            }
        }
    }

    @Override
    public void log(final Level level, final ResourceBundle bundle, final String format, final Object... params) {
        if (level.compareTo(least) >= 0) {
            try {
                platform().log(level, bundle, format, params);
            } catch (final RuntimeException | Error e) {
                sayPlainly(level, format);
            }
        }
    }

    /** Without descriptors the JDK's logger finds no classes any more; who logs is not to fail for that. */
    private static void sayPlainly(final Level level, final String message) {
        System.err.println(level + ": " + message);
    }

    private System.Logger platform() {
        return System.getLogger(name);
    }
}
