package io.ouli.perf.storage;

import io.ouli.perf.load.LoadException;
import io.ouli.perf.server.OuliServer;
import io.ouli.perf.server.ProcessWatch;
import io.ouli.proxy.facts.JsonTree;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The proxy over recordings that exist, in a process of its own, watched from outside; closing it ends the process. */
final class ReplayProcess implements AutoCloseable {
    private static final long STOP_SECONDS = 10;
    private static final double MIB = 1 << 20;

    private final Process process;
    private final InetSocketAddress address;
    private final ProcessWatch watch;
    private final double startMillis;

    private ReplayProcess(
            final Process process, final int port, final int adminPort, final double startMillis) {
        this.process = process;
        address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        watch = new ProcessWatch(process.toHandle(), adminPort);
        this.startMillis = startMillis;
    }

    /**
     * Starts it and waits until it listens.
     *
     * @param jvmOption of the virtual machine, such as {@code -Xmx64m}.
     * @throws LoadException if it ends instead.
     */
    static ReplayProcess start(final Path recordings, final String transport, final String jvmOption)
            throws IOException {
        final List<String> command = new ArrayList<>(List.of("env", "OULI_BUILD=never", "OULI_AOT=never",
                "OULI_JAVA_OPTS=" + jvmOption));
        command.addAll(OuliServer.program(jvmOption));
        command.addAll(List.of("replay", "--dir", recordings.toString(), "--listen", "0", "--admin", "0", "--json",
                "--transport", transport));
        final long start = System.nanoTime();
        final Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        boolean ready = false;
        try {
            final BufferedReader lines = process.inputReader();
            int adminPort = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (JsonTree.parse(line) instanceof Map<?, ?> event) {
                    if ("admin".equals(event.get("event"))) {
                        adminPort = port(event);
                    } else if ("listening".equals(event.get("event"))) {
                        ready = true;
                        return new ReplayProcess(process, port(event), adminPort, (System.nanoTime() - start) / 1e6);
                    }
                }
            }
            throw new LoadException("ouli replay ended before it listened; its log says why");
        } finally {
            if (!ready) {
                process.destroyForcibly();
            }
        }
    }

    private static int port(final Map<?, ?> event) {
        return ((Number) event.get("port")).intValue();
    }

    InetSocketAddress address() {
        return address;
    }

    /** {@return the time from exec until it listens} */
    double startMillis() {
        return startMillis;
    }

    /** {@return one of its counters} */
    double counter(final String name) {
        return watch.counters().get(name);
    }

    /**
     * {@return its memory: what the heap holds after a collection, where there is a tool that asks for one, and what
     * the kernel counts as its own and as pages of files}
     */
    Map<String, Double> memory() throws IOException, InterruptedException {
        final Map<String, Double> figures = new LinkedHashMap<>();
        final Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        if (Files.isExecutable(jcmd)) {
            final Process asked = new ProcessBuilder(jcmd.toString(), Long.toString(process.pid()), "GC.run")
                    .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            if (asked.waitFor() == 0) {
                figures.put("heapLiveMib", watch.counters().get("heap_used_bytes") / MIB);
            }
        }
        for (final String line : Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
            if (line.startsWith("RssAnon:")) {
                figures.put("ownMib", kilobytes(line) / 1_024);
            } else if (line.startsWith("RssFile:")) {
                figures.put("fileMib", kilobytes(line) / 1_024);
            }
        }
        figures.put("descriptors", (double) watch.descriptors());
        return figures;
    }

    private static double kilobytes(final String line) {
        final String[] words = line.split("\\s+");
        return Double.parseDouble(words[1]);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (final InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
