package io.ouli.perf.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Keeps server and client on cores of their own by {@code taskset}; without it, or on one core, a run measures the
 * scheduler too, and says so.
 *
 * @param serverCore the core of servers, -1 for no pinning.
 * @param clientCore the core of the generator, -1 for no pinning.
 */
public record Pinning(int serverCore, int clientCore) {
    /** No pinning. */
    public static final Pinning NONE = new Pinning(-1, -1);

    /** Chooses core 0 for servers and core 1 for the client where that can be done. */
    public static Pinning choose() {
        return Runtime.getRuntime().availableProcessors() >= 2 && findTool("taskset") != null
                ? new Pinning(0, 1)
                : NONE;
    }

    /** {@return whether the generator has a core that it shares with no server that is measured} */
    public boolean ownClientCore() {
        return clientCore >= 0 && clientCore != serverCore;
    }

    /** {@return the pinning of a server that is to share the client's core} */
    public Pinning besideClient() {
        return new Pinning(clientCore, clientCore);
    }

    /** {@return the command with what pins it to the servers' core in front} */
    public List<String> onServerCore(final List<String> command) {
        if (serverCore < 0) {
            return command;
        }
        final List<String> pinned = new ArrayList<>(List.of("taskset", "-c", Integer.toString(serverCore)));
        pinned.addAll(command);
        return pinned;
    }

    /**
     * Pins all threads of this process, and those that they start.
     *
     * @return whether it was done.
     */
    public boolean pinClient() {
        if (clientCore < 0) {
            return false;
        }
        try {
            final Process process = new ProcessBuilder("taskset", "-a", "-c", "-p", Integer.toString(clientCore),
                    Long.toString(ProcessHandle.current().pid()))
                    .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (final IOException e) {
            return false;
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** {@return this as one line for a result's settings} */
    public String describe() {
        return serverCore < 0 ? "none" : "server on core " + serverCore + ", client on core " + clientCore;
    }

    /** Finds a program on the PATH or where distributions keep servers; null if it is not there. */
    public static Path findTool(final String name) {
        final List<String> folders = new ArrayList<>(List.of(System.getenv().getOrDefault("PATH", "").split(":")));
        folders.addAll(List.of("/usr/sbin", "/usr/local/sbin", "/usr/local/bin"));
        return folders.stream().filter(folder -> !folder.isEmpty()).map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable).findFirst().orElse(null);
    }
}
