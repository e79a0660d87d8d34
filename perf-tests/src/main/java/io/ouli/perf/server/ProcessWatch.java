package io.ouli.perf.server;

import io.ouli.perf.load.LoadException;
import io.ouli.proxy.facts.ProcessUsage;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/** Looks at a proxy from outside: memory and descriptors as the kernel has them, counters by the admin port. */
public final class ProcessWatch {
    private static final int TIMEOUT_MILLIS = 10_000;
    private static final String PREFIX = "ouli_";

    private final ProcessHandle process;
    private final int adminPort;

    /** Watches one process. */
    public ProcessWatch(final ProcessHandle process, final int adminPort) {
        this.process = process;
        this.adminPort = adminPort;
    }

    /** {@return resident memory in bytes} */
    public long rssBytes() {
        return ProcessUsage.ofTree(process).rssBytes();
    }

    /** {@return how many descriptors are open} */
    public long descriptors() {
        try (Stream<Path> all = Files.list(Path.of("/proc", Long.toString(process.pid()), "fd"))) {
            return all.count();
        } catch (final IOException e) {
            throw new LoadException("the server's descriptors cannot be counted: " + e);
        }
    }

    /** {@return the counters, summed over the workers, without their prefix} */
    public Map<String, Double> counters() {
        try {
            final HttpURLConnection connection = (HttpURLConnection) URI.create(
                    "http://127.0.0.1:" + adminPort + "/metrics").toURL().openConnection(Proxy.NO_PROXY);
            connection.setConnectTimeout(TIMEOUT_MILLIS);
            connection.setReadTimeout(TIMEOUT_MILLIS);
            try (InputStream in = connection.getInputStream()) {
                return sums(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            }
        } catch (final IOException e) {
            throw new LoadException("the server's admin port does not answer: " + e);
        }
    }

    static Map<String, Double> sums(final String text) {
        final Map<String, Double> sums = new LinkedHashMap<>();
        text.lines().filter(line -> line.startsWith(PREFIX)).forEach(line -> {
            final int end = line.indexOf('{') < 0 ? line.indexOf(' ') : line.indexOf('{');
            sums.merge(line.substring(PREFIX.length(), end),
                    Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)), Double::sum);
        });
        return sums;
    }
}
