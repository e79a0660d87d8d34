package io.ouli.proxy.cli;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a running proxy's admin port tells at one moment: the sum over the workers, or the maximum of what is one.
 *
 * @param atNanos when it was read.
 * @param values  by metric, in the order of their appearance, without the prefix {@code ouli_}.
 * @param reasons the values of {@code misses_total} by reason.
 */
record LiveMetrics(long atNanos, Map<String, BigDecimal> values, Map<String, BigDecimal> reasons) {
    private static final String PREFIX = "ouli_";
    private static final String REASON = "reason=\"";
    /** Labels whose values are values of their own, not parts of a sum. */
    private static final List<String> APART = List.of("quantile=\"", "owner=\"");
    private static final int TIMEOUT_MILLIS = 5_000;
    private static final int MOST_BYTES = 1 << 20;

    /** Asks an admin port for its counters. */
    static LiveMetrics read(final InetSocketAddress address) {
        final LiveMetrics metrics = parse(page(address, "/metrics"), System.nanoTime());
        if (!metrics.values.containsKey("requests_total")) {
            throw new CliException(ExitCode.USAGE, "what answers there is no admin port of Ouli: it counts no"
                    + " requests; name the port of --admin");
        }
        return metrics;
    }

    /** Asks an admin port whose memory is how much. */
    static LiveMetrics readMemory(final InetSocketAddress address) {
        return parse(page(address, "/memory"), System.nanoTime());
    }

    private static String page(final InetSocketAddress address, final String page) {
        final String host = address.getAddress().getHostAddress();
        final String authority = (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
        try {
            final HttpURLConnection connection = (HttpURLConnection) URI.create("http://" + authority + page)
                    .toURL().openConnection(Proxy.NO_PROXY);
            connection.setConnectTimeout(TIMEOUT_MILLIS);
            connection.setReadTimeout(TIMEOUT_MILLIS);
            if (connection.getResponseCode() == HttpURLConnection.HTTP_OK) {
                try (InputStream in = connection.getInputStream()) {
                    return new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
                }
            }
            throw new CliException(ExitCode.USAGE, authority + " answers " + page + " with status "
                    + connection.getResponseCode() + ", which no admin port of Ouli does; name the port of --admin");
        } catch (final IOException e) {
            throw new CliException(ExitCode.USAGE, "no admin port answers at " + authority + " (" + e.getMessage()
                    + "); start the proxy with --admin " + address.getPort() + ", or name the port that it has");
        }
    }

    static LiveMetrics parse(final String text, final long atNanos) {
        final Map<String, BigDecimal> values = new LinkedHashMap<>();
        final Map<String, BigDecimal> reasons = new TreeMap<>();
        for (final String line : text.split("\n")) {
            final int blank = line.lastIndexOf(' ');
            if (!line.startsWith(PREFIX) || blank < 0) {
                continue;
            }
            final int brace = line.indexOf('{');
            final String name = line.substring(PREFIX.length(), brace < 0 ? blank : brace) + apart(line);
            final BigDecimal value = new BigDecimal(line.substring(blank + 1).strip());
            values.merge(name, value, name.startsWith("longest_") ? BigDecimal::max : BigDecimal::add);
            final int reason = line.indexOf(REASON);
            if (reason >= 0) {
                final int from = reason + REASON.length();
                reasons.merge(line.substring(from, line.indexOf('"', from)), value, BigDecimal::add);
            }
        }
        return new LiveMetrics(atNanos, values, reasons);
    }

    /** {@return what tells a value from others of its name that are not to be added to it} */
    private static String apart(final String line) {
        for (final String label : APART) {
            final int at = line.indexOf(label);
            if (at >= 0) {
                final int from = at + label.length();
                return "_" + line.substring(from, line.indexOf('"', from));
            }
        }
        return "";
    }

    /** {@return a value; 0 for one that an older Ouli does not have} */
    long whole(final String name) {
        return values.getOrDefault(name, BigDecimal.ZERO).longValue();
    }

    /** {@return by how much a value has grown each second since an earlier moment} */
    long perSecond(final String name, final LiveMetrics earlier) {
        return Math.round((whole(name) - earlier.whole(name)) * 1e9 / Math.max(1, atNanos - earlier.atNanos));
    }
}
