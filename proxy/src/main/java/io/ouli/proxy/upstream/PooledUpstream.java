package io.ouli.proxy.upstream;

import io.ouli.engine.OuliException;
import io.ouli.engine.http.HeadWriter;
import io.ouli.proxy.worker.EventLoop;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * An upstream over HTTP/1.1 on the worker's own transport, plain or through TLS, with the connections that are kept.
 *
 * <p>A kept connection that turns out to be closed just when it is used again is no failure: the request goes out once
 * more, on a new connection, provided not a byte of a response came and sending it twice does no harm.
 */
public final class PooledUpstream implements Upstream {
    /** Unused connections that are kept for long. */
    static final int MOST_IDLE = 10;
    /** How long those beyond are kept: a burst that goes on finds them, and a burst that is over costs little. */
    private static final long SURPLUS_NANOS = 1_000_000_000L;
    private static final int USUAL_HEAD_BYTES = 1_024;
    /** How long addresses are used before the name is resolved again. */
    private static final long ADDRESS_NANOS = 30_000_000_000L;

    private final EventLoop loop;
    private final UpstreamTarget target;
    private final UpstreamTimeouts timeouts;
    private final AddressResolver resolver;
    private final RequestRewriter rewriter;
    private final HeadWriter headWriter = new HeadWriter(USUAL_HEAD_BYTES);
    private final TlsClient tls;
    private final TlsBuffers tlsBuffers;
    /** The connection used last is first. */
    private final ArrayDeque<UpstreamConnection> idle = new ArrayDeque<>();
    private final Set<UpstreamConnection> open = new HashSet<>();
    private final List<PooledCall> waiting = new ArrayList<>();
    private List<InetSocketAddress> addresses = List.of();
    private long addressesUntilNanos;
    /** Connections that were kept and are being closed in order. */
    private final Set<UpstreamConnection> ending = new HashSet<>();
    private Runnable whenEnded;
    private boolean resolving;
    private boolean closed;

    /**
     * Creates the way to a target; nothing is connected yet.
     *
     * @param tls for a target that is spoken to over TLS, otherwise null.
     */
    public PooledUpstream(
            final EventLoop loop,
            final UpstreamTarget target,
            final UpstreamTimeouts timeouts,
            final AddressResolver resolver,
            final TlsClient tls) {
        assert target.secure() == (tls != null);
        this.loop = loop;
        this.target = target;
        this.timeouts = timeouts;
        this.resolver = resolver;
        this.tls = tls;
        tlsBuffers = tls == null ? null : new TlsBuffers();
        rewriter = new RequestRewriter(target);
    }

    @Override
    public UpstreamCall call(final UpstreamRequest request, final UpstreamListener listener) {
        final PooledCall call = new PooledCall(this, request, listener);
        final UpstreamConnection kept = idle.pollFirst();
        if (kept != null) {
            kept.begin(call, true);
        } else {
            connect(call);
        }
        return call;
    }

    /** Sends a call over a new connection, as soon as the target's address is known. */
    void connect(final PooledCall call) {
        loop.timers().arm(call, loop.nowNanos() + timeouts.connectNanos());
        if (addresses.isEmpty() || loop.nowNanos() > addressesUntilNanos) {
            waiting.add(call);
            resolve();
        } else {
            connectTo(call);
        }
    }

    private void resolve() {
        if (resolving) {
            return;
        }
        resolving = true;
        resolver.resolve(target.host(), target.port(), found -> loop.execute(() -> resolved(found)));
    }

    private void resolved(final List<InetSocketAddress> found) {
        resolving = false;
        addresses = found;
        addressesUntilNanos = loop.nowNanos() + ADDRESS_NANOS;
        final List<PooledCall> ready = List.copyOf(waiting);
        waiting.clear();
        for (final PooledCall call : ready) {
            if (!call.isWaiting()) {
                continue;
            }
            if (found.isEmpty()) {
                call.fail(UpstreamFailure.UNRESOLVED, target.host());
            } else {
                connectTo(call);
            }
        }
    }

    /** Connects to the next address that the call has not tried. */
    void connectTo(final PooledCall call) {
        final UpstreamConnection connection = new UpstreamConnection(this, newChannel());
        try {
            final int id = loop.transport().connect(addresses.get(call.nextAddress() % addresses.size()));
            open.add(connection);
            connection.connecting(id, call);
        } catch (final OuliException e) {
            call.fail(UpstreamFailure.NO_CONNECTION, e.getMessage());
        }
    }

    private Channel newChannel() {
        return tls == null ? new PlainChannel(loop)
                : new TlsChannel(loop, tls.newEngine(target), tls.executor(), tlsBuffers);
    }

    /** {@return whether there is an address that the call has not tried} */
    boolean hasAnotherAddress(final PooledCall call) {
        return call.addressesTried() < addresses.size();
    }

    /** Makes the next call ask for the name again: what was known does not answer. */
    void forgetAddresses() {
        addressesUntilNanos = loop.nowNanos() - 1;
    }

    /** Keeps a connection whose exchange has ended well. */
    void keep(final UpstreamConnection connection) {
        if (closed) {
            connection.close();
            return;
        }
        final long keptNanos =
                idle.size() < MOST_IDLE ? timeouts.idleNanos() : Math.min(SURPLUS_NANOS, timeouts.idleNanos());
        idle.addFirst(connection);
        loop.timers().arm(connection, loop.nowNanos() + keptNanos);
    }

    /** Forgets a kept connection. */
    void drop(final UpstreamConnection connection) {
        idle.remove(connection);
    }

    /** A connection is gone. */
    void gone(final UpstreamConnection connection) {
        open.remove(connection);
        if (ending.remove(connection)) {
            tellEnd();
        }
    }

    @Override
    public void drain(final Runnable afterwards) {
        closed = true;
        whenEnded = afterwards;
        final List<UpstreamConnection> kept = List.copyOf(idle);
        idle.clear();
        ending.addAll(kept);
        kept.forEach(UpstreamConnection::close);
        tellEnd();
    }

    private void tellEnd() {
        if (ending.isEmpty() && whenEnded != null) {
            final Runnable told = whenEnded;
            whenEnded = null;
            told.run();
        }
    }

    EventLoop loop() {
        return loop;
    }

    UpstreamTarget target() {
        return target;
    }

    UpstreamTimeouts timeouts() {
        return timeouts;
    }

    /** {@return a request's head as the upstream gets it, until the next one is asked for} */
    HeadWriter head(final UpstreamRequest request) {
        headWriter.reset();
        rewriter.writeHead(request, headWriter);
        return headWriter;
    }

    @Override
    public void close() {
        closed = true;
        idle.clear();
        waiting.clear();
        for (final UpstreamConnection connection : List.copyOf(open)) {
            connection.abandon();
        }
    }
}
