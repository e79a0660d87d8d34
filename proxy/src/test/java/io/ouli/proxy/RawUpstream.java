package io.ouli.proxy;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** An upstream that answers with exactly the bytes it is told to, for framing that no server library would send. */
final class RawUpstream implements AutoCloseable {
    /** What an upstream does with one request. */
    interface Script {
        /** Answers. @return whether the connection stays open. */
        boolean answer(String request, OutputStream out, Socket socket) throws Exception;
    }

    private final ServerSocket listener;
    private final Script script;
    private final SSLContext tls;
    private volatile Consumer<SSLSocket> handshakes = socket -> { };
    private volatile String greeting = "";
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger open = new AtomicInteger();

    RawUpstream(final Script script) throws IOException {
        this(null, script);
    }

    /** An upstream over TLS, unless the context is null; scripts get the socket below TLS. */
    RawUpstream(final SSLContext tls, final Script script) throws IOException {
        this.tls = tls;
        this.script = script;
        listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    /** Answers every request with the same text. @param open whether the connection is kept. */
    static Script always(final String response, final boolean open) {
        return (request, out, socket) -> {
            out.write(response.getBytes(StandardCharsets.ISO_8859_1));
            return open;
        };
    }

    /** Answers every request with the same text and keeps the connection. */
    static RawUpstream answering(final String response) throws IOException {
        return new RawUpstream(always(response, true));
    }

    /** Answers every request with the same text and closes the connection. */
    static RawUpstream answeringAndClosing(final String response) throws IOException {
        return new RawUpstream(always(response, false));
    }

    private void accept() {
        try {
            while (true) {
                final Socket socket = listener.accept();
                socket.setTcpNoDelay(true);
                connections.incrementAndGet();
                open.incrementAndGet();
                sockets.add(socket);
                if (listener.isClosed()) {
                    socket.close(); // Who closed may have looked before it was there.
                }
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (final IOException e) {
            // Closed.
        }
    }

    private void serve(final Socket socket) {
        try (socket; Socket speaking = tls == null ? socket : secured(socket)) {
            final InputStream in = new BufferedInputStream(speaking.getInputStream());
            boolean open = true;
            speaking.getOutputStream().write(greeting.getBytes(StandardCharsets.ISO_8859_1));
            while (open) {
                final String request = readRequest(in);
                if (request == null) {
                    return;
                }
                requests.add(request);
                open = script.answer(request, speaking.getOutputStream(), socket);
                speaking.getOutputStream().flush();
            }
        } catch (final Exception e) {
            // The test sees what comes of it.
        } finally {
            open.decrementAndGet();
        }
    }

    /** Lets a test change a connection before its handshake, and look at it afterwards. */
    void onHandshake(final Consumer<SSLSocket> action) {
        handshakes = action;
    }

    /** Says something on every new connection before it is asked. */
    void greeting(final String text) {
        greeting = text;
    }

    private Socket secured(final Socket socket) throws IOException {
        final SSLSocket secured = (SSLSocket) tls.getSocketFactory().createSocket(socket, null, false);
        secured.setUseClientMode(false);
        handshakes.accept(secured);
        return secured;
    }

    private static String readRequest(final InputStream in) throws IOException {
        final ByteArrayOutputStream got = new ByteArrayOutputStream();
        while (!got.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            final int octet = in.read();
            if (octet < 0) {
                return null;
            }
            got.write(octet);
        }
        for (final String line : got.toString(StandardCharsets.ISO_8859_1).split("\r\n")) {
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                got.writeBytes(in.readNBytes(Integer.parseInt(line.substring(15).trim())));
            }
        }
        return got.toString(StandardCharsets.ISO_8859_1);
    }

    URI url() {
        return URI.create((tls == null ? "http" : "https") + "://127.0.0.1:" + listener.getLocalPort());
    }

    int port() {
        return listener.getLocalPort();
    }

    List<String> requests() {
        return requests;
    }

    int connections() {
        return connections.get();
    }

    /** Returns how many connections have not ended yet, as far as this side has noticed. */
    int openConnections() {
        return open.get();
    }

    /** Ends what is sent on every connection, and goes on reading: so {@link #openConnections} tells who noticed. */
    void endConnections() throws IOException {
        for (final Socket socket : sockets) {
            socket.shutdownOutput();
        }
    }

    private void closeConnections() throws IOException {
        for (final Socket socket : sockets) {
            socket.close();
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        closeConnections();
    }
}
