package io.ouli.perf.load;

import io.ouli.perf.corpus.Corpus;
import io.ouli.perf.corpus.CorpusItem;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a user points the generator at: an http URL, in which {@code {n}} stands for a number.
 *
 * @param address the server, resolved.
 * @param host    as it stands in {@code Host}.
 * @param path    the request target in origin form, {@code {n}} still in it.
 */
public record Target(InetSocketAddress address, String host, String path) {
    /** What a URL holds where distinct requests differ. */
    public static final String NUMBER = "{n}";

    /**
     * Parses a URL.
     *
     * @throws IllegalArgumentException that says what is wrong with it.
     * @throws LoadException            if its host is not known.
     */
    public static Target parse(final String url) {
        final URI uri;
        try {
            uri = new URI(url.replace(NUMBER, "%7Bn%7D"));
        } catch (final URISyntaxException e) {
            throw new IllegalArgumentException("'" + url + "' is no URL: " + e.getReason(), e);
        }
        if (!"http".equalsIgnoreCase(uri.getScheme()) || uri.getHost() == null) {
            throw new IllegalArgumentException("'" + url + "' is no http URL; TLS is not measured here, so give"
                    + " something like http://127.0.0.1:8080/path");
        }
        final int port = uri.getPort() < 0 ? 80 : uri.getPort();
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("the port of '" + url + "' is not from 1 to 65535");
        }
        final String name = uri.getHost().startsWith("[")
                ? uri.getHost().substring(1, uri.getHost().length() - 1)
                : uri.getHost();
        final InetSocketAddress address = new InetSocketAddress(name, port);
        if (address.isUnresolved()) {
            throw new LoadException("the host '" + uri.getHost() + "' of '" + url + "' is not known");
        }
        final String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        final String target = uri.getRawQuery() == null ? path : path + '?' + uri.getRawQuery();
        return new Target(address, uri.getPort() < 0 ? uri.getHost() : uri.getHost() + ':' + port,
                target.replace("%7Bn%7D", NUMBER));
    }

    /**
     * Makes the requests: as many as {@code distinct} when the path holds {@code {n}}, else one.
     *
     * @param method  in upper case.
     * @param headers whole field lines.
     * @param body    the request's body, empty for none.
     */
    public Corpus corpus(final String method, final List<String> headers, final String body, final int distinct) {
        final boolean numbered = path.contains(NUMBER);
        final List<CorpusItem> items = new ArrayList<>();
        for (int i = 0; i < (numbered ? distinct : 1); i++) {
            items.add(new CorpusItem(method, path.replace(NUMBER, Integer.toString(i)), headers,
                    body.getBytes(StandardCharsets.UTF_8), null));
        }
        return new Corpus(items.size() + " distinct requests, " + method + ' ' + path, items);
    }
}
