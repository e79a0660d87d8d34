package io.ouli.proxy.upstream;

import io.ouli.engine.core.LazyLogger;
import io.ouli.engine.http.HeadWriter;
import io.ouli.engine.http.Headers;
import io.ouli.engine.http.RequestHead;
import io.ouli.proxy.worker.EventLoop;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;

/**
 * An upstream over https with HTTP/2 where that is offered, through {@code java.net.http}. Its threads hand what they
 * get to the worker, which hears about everything on its own thread.
 *
 * <p>What the library does not give is lost: the reason phrase, the order of differently named fields, the boundaries
 * of chunks, trailers, and 1xx responses. A request without {@code User-Agent} gets the library's own.
 */
public final class HttpClientUpstream implements Upstream {
    private static final Logger LOGGER = new LazyLogger(HttpClientUpstream.class);
    private static final int MOST_IDLE = 10;
    private static final int IDLE_SECONDS = 90;
    private static final String CHARS_ENCODED = "\"<>\\^`{|} ";

    static {
        // The library reads these once; a user's own choice stays.
        setUnlessSet("jdk.httpclient.allowRestrictedHeaders", "host");
        setUnlessSet("jdk.httpclient.keepalive.timeout", Integer.toString(IDLE_SECONDS));
        setUnlessSet("jdk.httpclient.keepalive.timeout.h2", Integer.toString(IDLE_SECONDS));
        setUnlessSet("jdk.httpclient.connectionPoolSize", Integer.toString(MOST_IDLE));
    }

    private final EventLoop loop;
    private final HttpClient client;
    private final UpstreamTarget target;
    private final UpstreamTimeouts timeouts;
    private final RequestRewriter rewriter;
    private final Set<HttpClientCall> calls = new HashSet<>();
    /** Whether the library writes the Host that is wanted by itself. */
    private boolean ownHost;

    /** Creates the way to a target over a client that workers share. */
    public HttpClientUpstream(
            final EventLoop loop,
            final HttpClient client,
            final UpstreamTarget target,
            final UpstreamTimeouts timeouts) {
        this.loop = loop;
        this.client = client;
        this.target = target;
        this.timeouts = timeouts;
        rewriter = new RequestRewriter(target);
        ownHost = target.hostHeader().equals(target.authority());
    }

    /**
     * Creates a client for all workers of a process.
     *
     * @param tls whom to trust.
     */
    public static HttpClient newClient(final Duration connectTimeout, final SSLContext tls) {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_2)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(connectTimeout)
                .sslContext(tls)
                .build();
    }

    private static void setUnlessSet(final String property, final String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    @Override
    public UpstreamCall call(final UpstreamRequest request, final UpstreamListener listener) {
        final HttpClientCall call = new HttpClientCall(this, request, listener);
        calls.add(call);
        final HttpRequest built;
        try {
            built = build(request);
        } catch (final IllegalArgumentException e) {
            call.fail(UpstreamFailure.BAD_RESPONSE, "the request cannot be sent over https: " + e.getMessage());
            return call;
        }
        call.start(client, built);
        return call;
    }

    private HttpRequest build(final UpstreamRequest request) {
        final RequestHead head = request.head();
        final HeadWriter path = new HeadWriter(256);
        rewriter.writeTarget(head, path);
        final String url = target.origin() + encoded(path);
        final String method = new String(head.bytes(), head.methodStart(), head.methodEnd() - head.methodStart(),
                StandardCharsets.US_ASCII);
        final HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create(url))
                .method(method, request.bodyLength() == 0 && head.contentLength() == RequestHead.NO_LENGTH
                        ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofByteArray(
                                request.body(), request.bodyOffset(), request.bodyLength()));
        setHost(builder);
        final Headers headers = head.headers();
        for (int i = 0; i < headers.count(); i++) {
            if (RequestRewriter.isForwarded(request, i)) {
                builder.header(headers.name(i), headers.value(i));
            }
        }
        return builder.build();
    }

    private void setHost(final HttpRequest.Builder builder) {
        if (ownHost) {
            return;
        }
        try {
            builder.setHeader("Host", target.hostHeader());
        } catch (final IllegalArgumentException e) {
            // Somebody used the library before this class could allow it.
            ownHost = true;
            LOGGER.log(Level.WARNING, "the Host " + target.hostHeader() + " cannot be sent to " + target.origin()
                    + "; start with -Djdk.httpclient.allowRestrictedHeaders=host");
        }
    }

    /** {@return a path as {@link URI} takes it: what browsers leave bare is encoded, and so is a broken escape} */
    static String encoded(final HeadWriter path) {
        final StringBuilder out = new StringBuilder(path.length() + 16);
        for (int i = 0; i < path.length(); i++) {
            final char c = (char) (path.bytes()[i] & 0xFF);
            final boolean brokenEscape = c == '%' && !(i + 2 < path.length()
                    && Character.digit(path.bytes()[i + 1], 16) >= 0 && Character.digit(path.bytes()[i + 2], 16) >= 0);
            if (brokenEscape || c > 0x7E || CHARS_ENCODED.indexOf(c) >= 0) {
                out.append(String.format("%%%02X", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    void over(final HttpClientCall call) {
        calls.remove(call);
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

    /** The connections are the library's, which all workers share. */
    @Override
    public void drain(final Runnable whenEnded) {
        whenEnded.run();
    }

    @Override
    public void close() {
        for (final HttpClientCall call : List.copyOf(calls)) {
            call.cancel();
        }
    }
}
