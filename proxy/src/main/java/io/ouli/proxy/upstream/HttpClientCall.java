package io.ouli.proxy.upstream;

import io.ouli.engine.Limits;
import io.ouli.engine.http.HeadWriter;
import io.ouli.engine.http.ReasonPhrases;
import io.ouli.engine.http.ResponseHead;
import io.ouli.engine.http.ResponseParser;
import io.ouli.proxy.worker.Timed;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.UnresolvedAddressException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import javax.net.ssl.SSLException;

/**
 * One request under way through {@code java.net.http}. Fields belong to the worker's thread; the library's threads only
 * hand tasks over.
 */
final class HttpClientCall extends Timed implements UpstreamCall {
    private final HttpClientUpstream upstream;
    private final boolean toHead;
    private final UpstreamListener listener;
    private CompletableFuture<?> future;
    private Flow.Subscription subscription;
    private boolean paused;
    private boolean owesRequest;
    private boolean headSeen;
    private boolean over;

    HttpClientCall(final HttpClientUpstream upstream, final UpstreamRequest request, final UpstreamListener listener) {
        this.upstream = upstream;
        this.toHead = request.isHead();
        this.listener = listener;
    }

    void start(final HttpClient client, final HttpRequest request) {
        awaitProgress();
        future = client.sendAsync(request, info -> new Body(info));
        future.whenComplete((response, error) -> {
            if (error != null) {
                upstream.loop().execute(() -> fail(error));
            }
        });
    }

    private void awaitProgress() {
        upstream.loop().timers().arm(this, upstream.loop().nowNanos() + upstream.timeouts().readNanos());
    }

    private void head(final HttpResponse.ResponseInfo info, final Flow.Subscription newSubscription) {
        if (over) {
            newSubscription.cancel();
            return;
        }
        subscription = newSubscription;
        headSeen = true;
        final HeadWriter writer = new HeadWriter(1_024);
        writer.text("HTTP/1.1 ").decimal(info.statusCode()).octet(' ').text(ReasonPhrases.of(info.statusCode())).crlf();
        info.headers().map().forEach((name, values) -> {
            // The library has taken the chunks apart already.
            if (!name.startsWith(":") && !name.equalsIgnoreCase("transfer-encoding")) {
                values.forEach(value -> writer.text(name).octet(':').octet(' ').text(value).crlf());
            }
        });
        writer.crlf();
        final ResponseHead head = new ResponseHead(Limits.MAX_HEADERS);
        final ResponseParser parser = new ResponseParser();
        if (parser.parse(writer.bytes(), 0, writer.length(), head) <= 0) {
            fail(UpstreamFailure.BAD_RESPONSE, parser.fault() == null ? "" : parser.fault().reason());
            return;
        }
        listener.onHead(head, head.framing(toHead));
        delivered();
        requestMore();
    }

    private void requestMore() {
        if (over) {
            return;
        }
        if (paused) {
            owesRequest = true;
            upstream.loop().timers().disarm(this);
        } else {
            owesRequest = false;
            awaitProgress();
            subscription.request(1);
        }
    }

    private void delivered() {
        if (!over) {
            listener.onDelivered();
        }
    }

    private void data(final List<ByteBuffer> buffers) {
        for (final ByteBuffer buffer : buffers) {
            if (!over && buffer.hasRemaining()) {
                final MemorySegment segment = MemorySegment.ofBuffer(buffer);
                listener.onData(segment, 0, segment.byteSize(), false);
            }
        }
        delivered();
        requestMore();
    }

    private void end() {
        if (finish()) {
            listener.onEnd(null, 0);
        }
    }

    private void fail(final Throwable error) {
        Throwable cause = error;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        final String detail = upstream.target().origin()
                + (cause.getMessage() == null ? "" : ": " + cause.getMessage());
        fail(classify(cause), detail);
    }

    private UpstreamFailure classify(final Throwable cause) {
        if (cause instanceof SSLException) {
            return UpstreamFailure.TLS;
        }
        if (cause instanceof HttpConnectTimeoutException) {
            return UpstreamFailure.CONNECT_TIMEOUT;
        }
        if (cause instanceof HttpTimeoutException) {
            return UpstreamFailure.READ_TIMEOUT;
        }
        if (cause instanceof ConnectException || cause instanceof UnknownHostException) {
            final Throwable reason = cause.getCause();
            return cause instanceof UnknownHostException || reason instanceof UnresolvedAddressException
                    || reason != null && reason.getCause() instanceof UnresolvedAddressException
                    ? UpstreamFailure.UNRESOLVED : UpstreamFailure.UNREACHABLE;
        }
        return !headSeen && cause instanceof IOException && isMalformed(cause)
                ? UpstreamFailure.BAD_RESPONSE : UpstreamFailure.CUT_OFF;
    }

    private static boolean isMalformed(final Throwable cause) {
        final String message = String.valueOf(cause.getMessage());
        return message.contains("Invalid") || message.contains("malformed") || message.contains("protocol error");
    }

    void fail(final UpstreamFailure failure, final String detail) {
        if (finish()) {
            stop();
            listener.onFailure(failure, detail);
        }
    }

    private boolean finish() {
        if (over) {
            return false;
        }
        over = true;
        upstream.over(this);
        upstream.loop().timers().remove(this);
        return true;
    }

    private void stop() {
        if (subscription != null) {
            subscription.cancel();
        }
        if (future != null) {
            future.cancel(true);
        }
    }

    @Override
    protected void onTimeout() {
        fail(UpstreamFailure.READ_TIMEOUT, upstream.target().origin());
    }

    @Override
    public void pause() {
        paused = true;
    }

    @Override
    public void resume() {
        paused = false;
        if (owesRequest) {
            requestMore();
        }
    }

    @Override
    public void cancel() {
        if (finish()) {
            stop();
        }
    }

    /** Hands over what the library gets, on the library's threads. */
    private final class Body implements HttpResponse.BodySubscriber<Void> {
        private final HttpResponse.ResponseInfo info;
        private final CompletableFuture<Void> done = new CompletableFuture<>();

        Body(final HttpResponse.ResponseInfo info) {
            this.info = info;
        }

        @Override
        public CompletionStage<Void> getBody() {
            return done;
        }

        @Override
        public void onSubscribe(final Flow.Subscription newSubscription) {
            upstream.loop().execute(() -> head(info, newSubscription));
        }

        @Override
        public void onNext(final List<ByteBuffer> buffers) {
            upstream.loop().execute(() -> data(buffers));
        }

        @Override
        public void onError(final Throwable error) {
            done.completeExceptionally(error);
        }

        @Override
        public void onComplete() {
            upstream.loop().execute(HttpClientCall.this::end);
            done.complete(null);
        }
    }
}
