package io.ouli.proxy.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The sample upstream: the JDK's own server, so that the proxy meets somebody else's HTTP. */
final class DemoUpstream implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService executor;
    private final Map<String, Integer> attempts = new ConcurrentHashMap<>();

    DemoUpstream() throws IOException {
        // Without it every small reply waits 40 ms for a delayed acknowledgement.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        executor = Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("demo-upstream-", 0).factory());
        server.setExecutor(executor);
        server.createContext("/", this::handle);
        server.start();
    }

    InetSocketAddress address() {
        return server.getAddress();
    }

    private void handle(final HttpExchange exchange) throws IOException {
        try (exchange) {
            final byte[] body = exchange.getRequestBody().readAllBytes();
            final String method = exchange.getRequestMethod();
            final String target = exchange.getRequestURI().toString();
            final int attempt = attempts.merge(method + target, 1, Integer::sum) - 1;
            final DemoReply reply = DemoCorpus.reply(method, target, body, attempt);
            for (int i = 0; i < reply.headers().size(); i += 2) {
                exchange.getResponseHeaders().add(reply.headers().get(i), reply.headers().get(i + 1));
            }
            send(exchange, reply, method.equals("HEAD"));
        }
    }

    private static void send(final HttpExchange exchange, final DemoReply reply, final boolean head)
            throws IOException {
        final byte[] body = reply.body();
        if (head) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
        }
        if (head || body.length == 0) {
            exchange.sendResponseHeaders(reply.status(), -1);
            return;
        }
        exchange.sendResponseHeaders(reply.status(), reply.chunks() == 0 ? body.length : 0);
        try (OutputStream out = exchange.getResponseBody()) {
            final int parts = Math.max(1, reply.chunks());
            for (int i = 0; i < parts; i++) {
                final int from = body.length * i / parts;
                out.write(body, from, body.length * (i + 1) / parts - from);
                out.flush();
            }
        }
    }

    /** Stops at once; its port refuses connections afterwards. */
    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }
}
