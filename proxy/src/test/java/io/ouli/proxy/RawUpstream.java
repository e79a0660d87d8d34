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

/** An upstream that answers with exactly the bytes it is told to, for framing that no server library would send. */
final class RawUpstream implements AutoCloseable {
    /** What an upstream does with one request. */
    interface Script {
        /** Answers. @return whether the connection stays open. */
        boolean answer(String request, OutputStream out, Socket socket) throws Exception;
    }

    private final ServerSocket listener;
    private final Script script;
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();

    RawUpstream(final Script script) throws IOException {
        this.script = script;
        listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    /** Answers every request with the same text and keeps the connection. */
    static RawUpstream answering(final String response) throws IOException {
        return new RawUpstream((request, out, socket) -> {
            out.write(response.getBytes(StandardCharsets.ISO_8859_1));
            return true;
        });
    }

    /** Answers every request with the same text and closes the connection. */
    static RawUpstream answeringAndClosing(final String response) throws IOException {
        return new RawUpstream((request, out, socket) -> {
            out.write(response.getBytes(StandardCharsets.ISO_8859_1));
            return false;
        });
    }

    private void accept() {
        try {
            while (true) {
                final Socket socket = listener.accept();
                socket.setTcpNoDelay(true);
                connections.incrementAndGet();
                sockets.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (final IOException e) {
            // Closed.
        }
    }

    private void serve(final Socket socket) {
        try (socket) {
            final InputStream in = new BufferedInputStream(socket.getInputStream());
            boolean open = true;
            while (open) {
                final String request = readRequest(in);
                if (request == null) {
                    return;
                }
                requests.add(request);
                open = script.answer(request, socket.getOutputStream(), socket);
                socket.getOutputStream().flush();
            }
        } catch (final Exception e) {
            // The test sees what comes of it.
        }
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
        return URI.create("http://127.0.0.1:" + listener.getLocalPort());
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

    void closeConnections() throws IOException {
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
