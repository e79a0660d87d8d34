package io.ouli.proxy;

import io.ouli.engine.EngineConfig;
import io.ouli.engine.Limits;
import io.ouli.engine.OuliException;
import io.ouli.engine.transport.TransportOptions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The configuration of a proxy: its ports, the engine behind them, and the threads that serve them.
 *
 * @param endpoints  1 to {@link Limits#MAX_ENDPOINTS}, with distinct names.
 * @param engine     where recordings are kept and how they are written; its mode is the one that the endpoints need.
 * @param workers    the number of threads, each with its own transport and a share of every port's connections.
 * @param pin        which cores the workers are pinned to: {@code none}, {@code auto} or a list such as {@code 0,2-3}.
 * @param transport  the kind of transport and its sizes; {@code maxConnections} counts the clients of one worker.
 * @param timeouts   how long to wait for clients and upstreams.
 * @param missStatus the status of a replay miss, 200 to 599.
 * @param admin      the local address of the admin port; port 0 takes a free one; null for none.
 */
public record ProxyConfig(
        List<EndpointConfig> endpoints,
        EngineConfig engine,
        int workers,
        String pin,
        TransportOptions transport,
        ProxyTimeouts timeouts,
        int missStatus,
        InetSocketAddress admin) {
    /** The value of {@link #pin} for workers that are not pinned. */
    public static final String NO_PINNING = "none";
    /** The default status of a miss. */
    public static final int DEFAULT_MISS_STATUS = 404;
    /** The most workers. */
    public static final int MAX_WORKERS = 256;
    /** The most clients of one worker. */
    public static final int MAX_WORKER_CONNECTIONS = 262_144;

    /** Checks every value; an {@link OuliException} names the invalid one. */
    public ProxyConfig {
        endpoints = List.copyOf(endpoints);
        require(!endpoints.isEmpty(), "no endpoint is configured; give at least one port");
        require(endpoints.size() <= Limits.MAX_ENDPOINTS, endpoints.size() + " endpoints are configured; at most "
                + Limits.MAX_ENDPOINTS + " are served");
        final Set<String> names = new HashSet<>();
        final Map<InetSocketAddress, EndpointConfig> addresses = new HashMap<>();
        for (final EndpointConfig endpoint : endpoints) {
            require(names.add(endpoint.name()), "two endpoints are named " + endpoint.name() + "; rename one");
            require(!callsItself(endpoint), "endpoint " + endpoint.name() + " listens on its own target, "
                    + endpoint.target() + ": each request would come round for ever; choose another port for one");
            // Workers share their ports: the kernel would deal one's connections out to both.
            final EndpointConfig other = addresses.put(endpoint.listen(), endpoint);
            if (other != null && endpoint.listen().getPort() != 0) {
                throw new OuliException("endpoints " + other.name() + " and " + endpoint.name()
                        + " both listen on port " + endpoint.listen().getPort() + "; choose another for one");
            }
        }
        require(engine != null && engine.directory() != null, "no directory for the recordings is given; name one");
        require(workers >= 1 && workers <= MAX_WORKERS, workers + " workers are out of range; choose 1 to "
                + MAX_WORKERS);
        require(transport != null, "the transport options are missing; leave them out for the defaults");
        require(timeouts != null, "the time-outs are missing; leave them out for the defaults");
        require(missStatus >= 200 && missStatus <= 599, "the miss status " + missStatus
                + " is out of range; choose 200 to 599");
        require(pin != null, "the pinning is missing; choose none, auto or a list of processors");
        require(admin == null || !admin.isUnresolved() && admin.getAddress().isLoopbackAddress(), "the admin port"
                + " knows no passwords and listens on this machine only; give a port, or one of 127.0.0.1 or [::1]");
    }

    /** A look at the address as it is written: no name is resolved for this. */
    private static boolean callsItself(final EndpointConfig endpoint) {
        final URI target = endpoint.target();
        final InetAddress own = endpoint.listen().getAddress();
        if (target == null || target.getHost() == null || own == null
                || target.getPort() != endpoint.listen().getPort()) {
            return false;
        }
        if (target.getHost().equalsIgnoreCase("localhost")) {
            return own.isAnyLocalAddress() || own.isLoopbackAddress();
        }
        try {
            final InetAddress called = InetAddress.ofLiteral(target.getHost());
            return called.equals(own) || own.isAnyLocalAddress() && called.isLoopbackAddress();
        } catch (final IllegalArgumentException e) {
            return false;
        }
    }

    private static void require(final boolean ok, final String message) {
        if (!ok) {
            throw new OuliException(message);
        }
    }

    /** {@return the folder of the recordings} */
    public Path directory() {
        return engine.directory();
    }

    /** Begins a configuration with the defaults: one worker, default timeouts, 404 for misses. */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects the values of one configuration. */
    public static final class Builder {
        private final List<EndpointConfig> endpoints = new ArrayList<>();
        private EngineConfig engine;
        private int workers = 1;
        private String pin = NO_PINNING;
        private TransportOptions transport = TransportOptions.DEFAULT;
        private ProxyTimeouts timeouts = ProxyTimeouts.DEFAULT;
        private int missStatus = DEFAULT_MISS_STATUS;
        private InetSocketAddress admin;

        private Builder() {
        }

        /** Adds one endpoint. */
        public Builder endpoint(final EndpointConfig value) {
            endpoints.add(value);
            return this;
        }

        /** Keeps recordings in this folder, with the engine's defaults for everything else. */
        public Builder directory(final Path value) {
            engine = value == null ? null : EngineConfig.builder(value).build();
            return this;
        }

        /** Sets where recordings are kept and how they are written; this or {@link #directory} is needed. */
        public Builder engine(final EngineConfig value) {
            engine = value;
            return this;
        }

        /** Sets the number of threads, 1 to {@link #MAX_WORKERS}; 1 if not called. */
        public Builder workers(final int value) {
            workers = value;
            return this;
        }

        /**
         * Sets which cores the workers are pinned to: {@code none}, as if not called, {@code auto}, or a list such as
         * {@code 0,2-3}.
         */
        public Builder pin(final String value) {
            pin = value;
            return this;
        }

        /** Sets the kind of transport and its sizes; {@link TransportOptions#DEFAULT} if not called. */
        public Builder transport(final TransportOptions value) {
            transport = value;
            return this;
        }

        /** Sets how long to wait for clients and upstreams; {@link ProxyTimeouts#DEFAULT} if not called. */
        public Builder timeouts(final ProxyTimeouts value) {
            timeouts = value;
            return this;
        }

        /** Sets the status of a replay miss, 200 to 599; {@link #DEFAULT_MISS_STATUS} if not called. */
        public Builder missStatus(final int value) {
            missStatus = value;
            return this;
        }

        /** Sets the local address of the admin port; null, as if not called, for none. */
        public Builder admin(final InetSocketAddress value) {
            admin = value;
            return this;
        }

        /** {@return the configuration, checked} */
        public ProxyConfig build() {
            return new ProxyConfig(endpoints, engine, workers, pin, transport, timeouts, missStatus, admin);
        }
    }
}
