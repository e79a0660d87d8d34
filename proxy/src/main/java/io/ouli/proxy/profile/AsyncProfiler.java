package io.ouli.proxy.profile;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * async-profiler, if its jar is there: called by reflection, so that no program of ours carries it.
 *
 * <p>The launcher fetches the jar when it is asked for the first time, and names it.
 */
final class AsyncProfiler {
    private static final String JAR_PROPERTY = "ouli.profiler";

    private final Object instance;
    private final Method execute;

    private AsyncProfiler(final Object instance, final Method execute) {
        this.instance = instance;
        this.execute = execute;
    }

    /**
     * Loads it.
     *
     * @throws IOException that says why it cannot be.
     */
    static AsyncProfiler load() throws IOException {
        final String jar = System.getProperty(JAR_PROPERTY, "");
        if (jar.isEmpty()) {
            throw new IOException("its jar was not named; start ./ouli, or give -D" + JAR_PROPERTY
                    + "=async-profiler.jar");
        }
        if (!Files.isReadable(Path.of(jar))) {
            throw new IOException(jar + " is not there");
        }
        try {
            // Open to the process's end: its native code is bound to it.
            @SuppressWarnings("resource")
            final URLClassLoader loader = new URLClassLoader(new URL[] {Path.of(jar).toUri().toURL()}, null);
            final Class<?> type = loader.loadClass("one.profiler.AsyncProfiler");
            final Object instance = type.getMethod("getInstance").invoke(null);
            return new AsyncProfiler(instance, type.getMethod("execute", String.class));
        } catch (final InvocationTargetException e) {
            throw new IOException(e.getCause().getMessage(), e);
        } catch (final ReflectiveOperationException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /**
     * Carries out one of its commands.
     *
     * @throws IOException with its own words.
     */
    void execute(final String command) throws IOException {
        try {
            execute.invoke(instance, command);
        } catch (final InvocationTargetException e) {
            throw new IOException(e.getCause().getMessage(), e);
        } catch (final IllegalAccessException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
