package io.ouli.proxy.config;

import io.ouli.engine.OuliException;
import io.ouli.engine.recording.SessionNames;
import io.ouli.engine.testserver.TestServerTarget;
import io.ouli.proxy.ResponseHeaderReplacement;
import io.ouli.proxy.UpstreamTls;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads one item of {@code endpoints:}, in Ouli's spelling or in google/test-server's. */
final class EndpointReader {
    private static final int MAX_PORT = 0xFFFF;

    private EndpointReader() {
    }

    static FileEndpoint read(
            final YamlMap map, final String where, final String bind, final PolicyReader policies) {
        final FileEndpoint endpoint = new FileEndpoint(
                where,
                map.text("name"),
                listen(map, bind),
                target(map),
                tls(map),
                session(map),
                Boolean.TRUE.equals(map.flag("fixed_session")),
                map.text("host_header"),
                health(map),
                replacements(map),
                policies.read(map, testServerTarget(map)));
        map.end();
        return endpoint;
    }

    private static InetSocketAddress listen(final YamlMap map, final String bind) {
        final String text = map.text("listen");
        final String ownBind = map.text("bind");
        final Integer port = map.number("source_port", 0, MAX_PORT);
        final String type = map.text("source_type");
        if (type != null && !type.equals("http")) {
            throw map.error("source_type", "'" + map.path("source_type") + "' is '" + type
                    + "', but clients are served by http only; write http");
        }
        if (text != null && port != null) {
            throw map.error("source_port", "'" + map.path("listen") + "' and '" + map.path("source_port")
                    + "' say the same thing; keep one");
        }
        if (text == null && port == null) {
            return null;
        }
        try {
            return ListenAddress.parse(text == null ? port.toString() : text, ownBind == null ? bind : ownBind);
        } catch (final IllegalArgumentException e) {
            final String key = text == null ? "bind" : "listen";
            throw map.error(key, "'" + map.path(key) + "' " + e.getMessage());
        }
    }

    /** {@return the upstream as it goes into test-server's hash: its own keys as they are stated, or Ouli's URL} */
    private static TestServerTarget testServerTarget(final YamlMap map) {
        final String host = map.text("target_host");
        if (host != null) {
            final String type = map.text("target_type");
            final Integer port = map.number("target_port", 1, MAX_PORT);
            return new TestServerTarget(type == null ? "" : type, host, port == null ? 0 : port);
        }
        return map.text("target") == null ? null : TestServerTarget.of(uri(map, "target", map.text("target")));
    }

    private static URI target(final YamlMap map) {
        final String url = map.text("target");
        final String host = map.text("target_host");
        final String type = map.text("target_type");
        final Integer port = map.number("target_port", 1, MAX_PORT);
        if (url != null) {
            if (host != null || type != null || port != null) {
                throw map.error("target", "'" + map.path("target") + "' and the target_ keys say the same thing;"
                        + " keep one");
            }
            return uri(map, "target", url);
        }
        if (host == null) {
            if (type != null || port != null) {
                throw map.error("target_port", "'" + map.path("target_host")
                        + "' is missing; name the upstream's host");
            }
            return null;
        }
        // google/test-server calls its upstreams by https whatever the type says; a type left out means that here.
        final String scheme = type == null ? "https" : type;
        if (!scheme.equals("https") && !scheme.equals("http")) {
            throw map.error("target_type", "'" + map.path("target_type") + "' must be http or https, not '" + type
                    + "'");
        }
        final boolean usual = port == null || port == (scheme.equals("https") ? 443 : 80);
        return uri(map, "target_host", scheme + "://" + host + (usual ? "" : ":" + port));
    }

    private static UpstreamTls tls(final YamlMap map) {
        final String ca = map.text("upstream_ca");
        final boolean insecure = Boolean.TRUE.equals(map.flag("upstream_insecure"));
        if (ca != null && insecure) {
            throw map.error("upstream_insecure", "'" + map.path("upstream_ca") + "' and '"
                    + map.path("upstream_insecure") + "' contradict each other; keep one");
        }
        return new UpstreamTls(
                ca == null ? null : Path.of(ca), insecure, Boolean.TRUE.equals(map.flag("upstream_http2")));
    }

    private static URI uri(final YamlMap map, final String key, final String text) {
        try {
            final URI uri = new URI(text);
            if (uri.getHost() != null) {
                return uri;
            }
        } catch (final URISyntaxException ignored) {
            // Told below, as for a text without a host.
        }
        throw map.error(key, "'" + map.path(key) + "' is '" + map.text(key) + "', which names no upstream;"
                + (key.equals("target") ? " write a URL like https://api.example.com"
                        : " write a host like api.example.com"));
    }

    /** {@return the session that a mapping states; also used for the file's own} */
    static String session(final YamlMap map) {
        final String name = map.text("session");
        if (name != null && !SessionNames.isValid(name)) {
            throw map.error("session", "'" + map.path("session") + "' is '" + name
                    + "', which is no session's name; use segments of A-Z a-z 0-9 . _ - joined by /");
        }
        return name;
    }

    private static String health(final YamlMap map) {
        final String path = map.text("health");
        if (path != null && (!path.startsWith("/") || path.indexOf('?') >= 0 || path.indexOf('#') >= 0)) {
            throw map.error("health", "'" + map.path("health") + "' must be a path such as /healthz, not '" + path
                    + "'");
        }
        return path;
    }

    static List<String> headerNames(final YamlMap map, final String key) {
        final List<String> names = map.texts(key);
        for (final String name : names) {
            if (!isToken(name)) {
                throw map.error(key, "'" + map.path(key) + "' holds '" + name + "', which is no header's name");
            }
        }
        return names;
    }

    private static List<ResponseHeaderReplacement> replacements(final YamlMap map) {
        final List<ResponseHeaderReplacement> replacements = new ArrayList<>();
        for (final YamlMap item : map.maps("response_header_replacements")) {
            final String header = item.required("header");
            final String regex = item.required("regex");
            final String replace = item.text("replace");
            item.end();
            if (!isToken(header)) {
                throw item.error("header", "'" + item.path("header") + "' must be a header's name");
            }
            try {
                replacements.add(new ResponseHeaderReplacement(header, regex, replace == null ? "" : replace));
            } catch (final OuliException e) {
                throw item.error("regex", "'" + item.path("regex") + "': " + e.getMessage());
            }
        }
        return List.copyOf(replacements);
    }

    private static boolean isToken(final String name) {
        return !name.isEmpty() && name.chars().allMatch(c -> c >= '0' && c <= '9' || c >= 'a' && c <= 'z'
                || c >= 'A' && c <= 'Z' || "!#$%&'*+-.^_`|~".indexOf(c) >= 0);
    }
}
