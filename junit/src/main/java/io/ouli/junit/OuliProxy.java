package io.ouli.junit;

import io.ouli.engine.Mode;
import io.ouli.engine.metrics.Counter;
import io.ouli.engine.redaction.RedactionPolicy;
import io.ouli.proxy.ProxyServer;
import java.net.InetSocketAddress;
import java.net.URI;

/** The proxy of one test, to be pointed at instead of the upstream; a parameter of test and life-cycle methods. */
public final class OuliProxy {
    private final ProxyServer server;
    private final Mode mode;
    private final String session;
    private final RedactionPolicy secrets;

    /** @param secrets to be overwritten at the end; null for none. */
    OuliProxy(final ProxyServer server, final Mode mode, final String session, final RedactionPolicy secrets) {
        this.server = server;
        this.mode = mode;
        this.session = session;
        this.secrets = secrets;
    }

    /** {@return the proxy's own URL, without a path: {@code http://127.0.0.1:port}} */
    public URI uri() {
        return URI.create("http://127.0.0.1:" + address().getPort());
    }

    /**
     * {@return the URL of a path of the upstream}
     *
     * @param pathAndQuery begins with a slash; escaped as it is to be sent.
     */
    public URI uri(final String pathAndQuery) {
        if (!pathAndQuery.startsWith("/")) {
            throw new IllegalArgumentException("the path '" + pathAndQuery + "' does not begin with a slash");
        }
        return URI.create(uri() + pathAndQuery);
    }

    /** {@return where the proxy listens} */
    public InetSocketAddress address() {
        return server.addresses().getFirst();
    }

    /** {@return what is done with a request in this run} */
    public Mode mode() {
        return mode;
    }

    /** {@return the name of this test's recording, without folder and ending} */
    public String session() {
        return session;
    }

    /** {@return how many requests were answered from the recording so far} */
    public long hits() {
        return count(Counter.HITS);
    }

    /** {@return how many requests the recording had no answer for so far} */
    public long misses() {
        return count(Counter.MISSES_NO_RECORDING) + count(Counter.MISSES_NO_KEY) + count(Counter.MISSES_EXHAUSTED)
                + count(Counter.MISSES_OUT_OF_ORDER);
    }

    /** {@return how many requests found their recorded answer damaged so far} */
    public long damaged() {
        return count(Counter.DAMAGED);
    }

    private long count(final Counter counter) {
        return server.counters().stream().mapToLong(counters -> counters.get(counter)).sum();
    }

    /** Seals what was recorded and frees the port. */
    void close() {
        try {
            server.close();
        } finally {
            if (secrets != null) {
                secrets.close();
            }
        }
    }
}
