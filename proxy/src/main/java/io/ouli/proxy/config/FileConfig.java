package io.ouli.proxy.config;

import io.ouli.engine.Limits;
import io.ouli.engine.match.Exhausted;
import io.ouli.engine.match.MatchMode;
import io.ouli.engine.recording.Durability;
import io.ouli.engine.recording.ExistingPolicy;
import io.ouli.engine.redaction.RedactionPolicyBuilder;
import io.ouli.engine.transport.TransportChoice;
import io.ouli.proxy.ProxyConfig;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * A configuration file as it stands: what it does not state is null, to be taken from the command line or a default.
 *
 * @param file                 where it was read from.
 * @param dir                  the folder of the recordings, relative to the process.
 * @param bind                 the host to listen on where an endpoint names none.
 * @param session              the session of endpoints that name none.
 * @param workers              {@code auto} or a number.
 * @param pin                  {@code none}, {@code auto} or a list of processors.
 * @param transport            which transport serves.
 * @param busyPoll             whether workers never sleep.
 * @param maxConnections       client connections that a worker serves at once.
 * @param admin                the admin port.
 * @param existing             what happens to a recording that is there already.
 * @param durability           when an interaction is on disk.
 * @param commitIntervalMillis how long an interaction waits at most for the disk.
 * @param match                which order of requests a replay accepts.
 * @param exhausted            what a request gets whose recorded replies were all used.
 * @param missStatus           the status of a replay miss.
 * @param residentBudgetBytes  how much of the recordings is kept in memory.
 * @param endpoints            in the file's order, at least one.
 */
public record FileConfig(
        Path file,
        String dir,
        String bind,
        String session,
        String workers,
        String pin,
        TransportChoice transport,
        Boolean busyPoll,
        Integer maxConnections,
        String admin,
        ExistingPolicy existing,
        Durability durability,
        Integer commitIntervalMillis,
        MatchMode match,
        Exhausted exhausted,
        Integer missStatus,
        Long residentBudgetBytes,
        List<FileEndpoint> endpoints) {
    private static final int MAX_FILE_BYTES = 1 << 20;

    /**
     * Reads a file.
     *
     * @param extra adds to every endpoint's redaction what the file does not know: secrets, rules of the command line.
     * @throws ConfigException if it cannot be read or says something that is not understood.
     */
    public static FileConfig read(final Path file, final Consumer<RedactionPolicyBuilder> extra) {
        final YamlMap map = YamlMap.of(file, "", compose(file, load(file)));
        final String bind = map.text("bind");
        final FileConfig config = new FileConfig(
                file,
                folder(map),
                bind,
                EndpointReader.session(map),
                workers(map),
                map.text("pin"),
                map.choice("transport", TransportChoice.class),
                map.flag("busy_poll"),
                map.number("max_connections", 1, ProxyConfig.MAX_WORKER_CONNECTIONS),
                map.text("admin"),
                map.choice("existing", ExistingPolicy.class),
                map.choice("durability", Durability.class),
                map.number("commit_interval_ms", 1, 60_000),
                map.choice("match", MatchMode.class),
                map.choice("exhausted", Exhausted.class),
                map.number("miss_status", 200, 599),
                map.size("resident_budget"),
                endpoints(map, bind, new PolicyReader(map, extra)));
        map.end();
        if (config.endpoints.isEmpty()) {
            throw map.error("endpoints", "'endpoints' is missing or empty; list at least one, such as"
                    + " - {target: https://api.example.com, listen: 8080}");
        }
        if (config.endpoints.size() > Limits.MAX_ENDPOINTS) {
            throw map.error("endpoints", "'endpoints' holds " + config.endpoints.size() + " endpoints; at most "
                    + Limits.MAX_ENDPOINTS + " are served");
        }
        return config;
    }

    /** An empty one would be the folder that one happens to be in. */
    private static String folder(final YamlMap map) {
        final String dir = map.text("dir");
        if (dir != null && dir.isEmpty()) {
            throw map.error("dir", "'dir' is empty; name a folder, or . for this one");
        }
        return dir;
    }

    private static String workers(final YamlMap map) {
        return "auto".equals(map.text("workers")) ? "auto" : textOf(map.number("workers", 1, 256));
    }

    private static String textOf(final Integer number) {
        return number == null ? null : number.toString();
    }

    private static List<FileEndpoint> endpoints(
            final YamlMap map, final String bind, final PolicyReader policies) {
        final List<FileEndpoint> endpoints = new ArrayList<>();
        for (final YamlMap item : map.maps("endpoints")) {
            endpoints.add(EndpointReader.read(item, "endpoints[" + endpoints.size() + "]", bind, policies));
        }
        return List.copyOf(endpoints);
    }

    private static String load(final Path file) {
        try {
            if (Files.size(file) > MAX_FILE_BYTES) {
                throw new ConfigException(file + ": is larger than 1 MiB, which is no configuration of Ouli");
            }
            return Files.readString(file);
        } catch (final NoSuchFileException e) {
            throw new ConfigException(file + ": there is no such file; check --config", e);
        } catch (final CharacterCodingException e) {
            throw new ConfigException(file + ": is not UTF-8 text; save it as UTF-8", e);
        } catch (final IOException e) {
            throw new ConfigException(file + ": cannot be read (" + e.getMessage() + "); check --config and its rights",
                    e);
        }
    }

    private static Node compose(final Path file, final String text) {
        final LoadSettings settings = LoadSettings.builder()
                .setLabel(file.toString())
                .setMaxAliasesForCollections(16)
                .build();
        try {
            final Optional<Node> node = new Compose(settings).composeString(text);
            return node.orElseThrow(() -> new ConfigException(file + ": is empty; list at least one endpoint"));
        } catch (final MarkedYamlEngineException e) {
            final String line = e.getProblemMark().map(mark -> ":" + (mark.getLine() + 1)).orElse("");
            throw new ConfigException(file + line + ": is not YAML: " + e.getProblem(), e);
        } catch (final YamlEngineException e) {
            throw new ConfigException(file + ": is not YAML: " + e.getMessage(), e);
        }
    }
}
