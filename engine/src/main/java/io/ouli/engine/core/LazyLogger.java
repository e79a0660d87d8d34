package io.ouli.engine.core;

import java.util.ResourceBundle;

/**
 * A logger that looks for the platform's when it has something to say.
 *
 * <p>A class that logs once in its life keeps its logger in a constant; finding the platform's logger there means to
 * search every jar of the class path for a logging service, which is a tenth of a whole start.
 */
public final class LazyLogger implements System.Logger {
    private final String name;

    /** Names the logger after the class that uses it. */
    public LazyLogger(final Class<?> user) {
        this(user.getName());
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
        return platform().isLoggable(level);
    }

    @Override
    public void log(final Level level, final ResourceBundle bundle, final String message, final Throwable thrown) {
        platform().log(level, bundle, message, thrown);
    }

    @Override
    public void log(final Level level, final ResourceBundle bundle, final String format, final Object... params) {
        platform().log(level, bundle, format, params);
    }

    private System.Logger platform() {
        return System.getLogger(name);
    }
}
