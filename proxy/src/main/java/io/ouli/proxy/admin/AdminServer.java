package io.ouli.proxy.admin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.ouli.engine.OuliException;
import io.ouli.engine.Session;
import io.ouli.engine.SessionStatus;
import io.ouli.engine.core.LazyLogger;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/**
 * Serves the admin port; the workers take no part in it. Each request has a virtual thread, for the JDK's server reads
 * it in there: whoever sends half of one, or has everything sealed, holds up nobody else.
 *
 * <p>It listens on this machine alone and knows no passwords. So that no web page can reach it through a visitor's
 * browser, it refuses requests that carry an Origin, and hosts that are not this machine by name or number.
 */
public final class AdminServer implements AutoCloseable {
    /** Where {@code ouli stats --live} looks unless told otherwise. */
    public static final int DEFAULT_PORT = 9_464;

    private static final Logger LOGGER = new LazyLogger(AdminServer.class);
    private static final JsonFactory JSON = new JsonFactory();
    private static final String JSON_TYPE = "application/json";
    private static final int BACKLOG = 16;

    /** One page or action. */
    private interface Action {
        Reply reply(URI uri) throws IOException;
    }

    private record Reply(int status, String type, String body) {
    }

    private record Route(String method, Action action) {
    }

    private final Observed observed;
    private final HttpServer server;
    private final ExecutorService executor =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("ouli-admin").factory());
    private final Map<String, Route> routes = new TreeMap<>(Map.of(
            "/health", new Route("GET", uri -> json(200, json -> {
                json.writeStringField("status", "ok");
                json.writeStringField("transport", observed().transport());
            })),
            "/metrics", new Route("GET", uri -> figures(MetricsText::of)),
            "/memory", new Route("GET", uri -> figures(MetricsText::ofMemory)),
            "/sessions", new Route("GET", uri -> sessions()),
            "/reset", new Route("POST", this::reset),
            "/evict", new Route("POST", this::evict),
            "/seal", new Route("POST", this::seal)));

    private AdminServer(final InetSocketAddress address, final Observed observed) {
        this.observed = observed;
        try {
            server = HttpServer.create(address, BACKLOG);
        } catch (final IOException e) {
            executor.shutdown();
            throw new OuliException("the admin port " + address.getPort() + " cannot be opened: " + e.getMessage()
                    + "; choose another with --admin, or 0 for a free one", e);
        }
        server.createContext("/", this::handle);
        server.setExecutor(executor);
        server.start();
    }

    /**
     * Starts to serve.
     *
     * @throws OuliException if the port is in use.
     */
    public static AdminServer start(final InetSocketAddress address, final Observed observed) {
        return new AdminServer(address, observed);
    }

    /** {@return the address, its port never 0} */
    public InetSocketAddress address() {
        return server.getAddress();
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }

    /** One at a time: what came since the last call is told to one caller. */
    private synchronized Reply figures(final Function<Observed, String> text) {
        return new Reply(200, MetricsText.CONTENT_TYPE, text.apply(observed));
    }

    private Observed observed() {
        return observed;
    }

    private void handle(final HttpExchange exchange) throws IOException {
        try (exchange) {
            final Reply reply = reply(exchange);
            final byte[] body = reply.body.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", reply.type);
            exchange.getResponseHeaders().set("Cache-Control", "no-store");
            final boolean toHead = exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(reply.status, toHead ? -1 : body.length);
            if (!toHead) {
                exchange.getResponseBody().write(body);
            }
        }
    }

    /** A query that says nothing that could be done. */
    private static final class BadQueryException extends OuliException {
        private static final long serialVersionUID = 1L;

        BadQueryException(final String message) {
            super(message);
        }
    }

    private Reply reply(final HttpExchange exchange) {
        final Route route = routes.get(exchange.getRequestURI().getPath());
        final String method = exchange.getRequestMethod();
        final Headers fields = exchange.getRequestHeaders();
        if (fields.containsKey("Origin") || !isLocal(fields.getFirst("Host"))) {
            return failure(403, "the admin port answers programs of this machine, not web pages");
        }
        if (route == null) {
            return failure(404, "there is " + String.join(", ", routes.keySet()));
        }
        if (!method.equals(route.method) && !(method.equals("HEAD") && route.method.equals("GET"))) {
            exchange.getResponseHeaders().set("Allow", route.method.equals("GET") ? "GET, HEAD" : route.method);
            return failure(405, "use " + route.method);
        }
        try {
            return route.action.reply(exchange.getRequestURI());
        } catch (final BadQueryException e) {
            return failure(400, e.getMessage());
        } catch (final OuliException e) {
            return failure(409, e.getMessage());
        } catch (final IOException | RuntimeException e) {
            LOGGER.log(Level.ERROR, "the admin port could not answer " + exchange.getRequestURI().getPath(), e);
            return failure(500, "a fault of Ouli itself; its log says more");
        }
    }

    /** A name that resolves to this machine may belong to anybody; only a number or localhost is surely meant. */
    private static boolean isLocal(final String host) {
        if (host == null) {
            return true;
        }
        final String name = host.replaceFirst(":[0-9]*$", "");
        return name.equalsIgnoreCase("localhost") || name.equals("[::1]") || name.matches("127(\\.[0-9]{1,3}){3}");
    }

    private Reply sessions() {
        final List<SessionStatus> all = observed.engine().liveSessions().stream().map(Session::status)
                .sorted(Comparator.comparing(SessionStatus::name)).toList();
        return json(200, json -> {
            json.writeArrayFieldStart("sessions");
            for (final SessionStatus session : all) {
                json.writeStartObject();
                json.writeStringField("name", session.name());
                json.writeNumberField("replayable", session.replayable());
                json.writeNumberField("recorded", session.recorded());
                json.writeStringField("failure", session.failure());
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    private Reply reset(final URI uri) {
        final String name = sessionOf(uri);
        final List<Session> sessions = observed.engine().liveSessions().stream()
                .filter(session -> name == null || session.name().equals(name)).toList();
        if (name != null && sessions.isEmpty()) {
            return notLive(name);
        }
        sessions.forEach(Session::reset);
        return json(200, json -> json.writeNumberField("reset", sessions.size()));
    }

    private Reply evict(final URI uri) {
        final String name = sessionOf(uri);
        if (name == null) {
            throw new BadQueryException("which session is to be evicted? name it: /evict?session=NAME");
        }
        return observed.engine().evict(name) ? json(200, json -> json.writeNumberField("evicted", 1)) : notLive(name);
    }

    private static Reply notLive(final String session) {
        return failure(404, "no session '" + session + "' is live; /sessions lists those that are");
    }

    /** {@return the session that a query names, or null} */
    private static String sessionOf(final URI uri) {
        final String query = uri.getRawQuery();
        if (query == null || query.isEmpty()) {
            return null;
        }
        if (!query.startsWith("session=") || query.indexOf('&') >= 0) {
            throw new BadQueryException("the query is session=NAME, or left out for all sessions");
        }
        return URLDecoder.decode(query.substring("session=".length()), StandardCharsets.UTF_8);
    }

    private Reply seal(final URI uri) {
        if (sessionOf(uri) != null) {
            throw new BadQueryException("/seal takes no session: it seals every recording");
        }
        if (!observed.records()) {
            throw new OuliException("this proxy records nothing, so there is nothing to seal");
        }
        observed.engine().seal();
        return json(200, json -> json.writeBooleanField("sealed", true));
    }

    private static Reply failure(final int status, final String reason) {
        return json(status, json -> json.writeStringField("error", reason));
    }

    private interface Fields {
        void write(JsonGenerator json) throws IOException;
    }

    private static Reply json(final int status, final Fields fields) {
        final StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            fields.write(json);
            json.writeEndObject();
        } catch (final IOException e) {
            throw new UncheckedIOException("a text in memory takes every character", e);
        }
        return new Reply(status, JSON_TYPE, text.append('\n').toString());
    }
}
