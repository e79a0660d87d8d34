package io.ouli.perf.load;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** A plain blocking HTTP server that does to each request what the test says. */
final class TestServer implements AutoCloseable {
    /** Answers one request. */
    interface Script {
        /**
         * Writes the reply.
         *
         * @param number  counts all requests of the server from 0.
         * @param request its head, as text.
         * @return whether the connection stays open.
         */
        boolean answer(long number, String request, OutputStream out) throws Exception;
    }

    private final ServerSocket listener;
    private final Script script;
    private final AtomicLong requests = new AtomicLong();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    TestServer(final Script script) {
        this.script = script;
        try {
            listener = new ServerSocket(0, 1_024, InetAddress.getLoopbackAddress());
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofPlatform().daemon().start(this::accept);
    }

    InetSocketAddress address() {
        return new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
    }

    long requests() {
        return requests.get();
    }

    /** Returns a reply with Content-Length. */
    static byte[] reply(final int status, final byte[] body) {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(("HTTP/1.1 " + status + " Whatever\r\nContent-Length: " + body.length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(body);
        return out.toByteArray();
    }

    private void accept() {
        try {
            while (true) {
                final Socket socket = listener.accept();
                socket.setTcpNoDelay(true);
                sockets.add(socket);
                if (listener.isClosed()) {
                    socket.close(); // Who closed may have looked before it was there.
                }
                Thread.ofPlatform().daemon().start(() -> serve(socket));
            }
        } catch (final IOException e) {
            // The listener was closed: the test is over.
        }
    }

    private void serve(final Socket socket) {
        try (socket) {
            final InputStream in = new BufferedInputStream(socket.getInputStream());
            String head = readHead(in);
            while (head != null) {
                if (!script.answer(requests.getAndIncrement(), head, socket.getOutputStream())) {
                    return;
                }
                head = readHead(in);
            }
        } catch (final Exception e) {
            // The client went away, which is its right.
        }
    }

    private static String readHead(final InputStream in) throws IOException {
        final StringBuilder text = new StringBuilder();
        while (text.length() < 4 || !"\r\n\r\n".contentEquals(text.subSequence(text.length() - 4, text.length()))) {
            final int value = in.read();
            if (value < 0) {
                return null;
            }
            text.append((char) value);
        }
        final String head = text.toString();
        final int length = head.indexOf("Content-Length: ");
        if (length >= 0) {
            in.readNBytes(Integer.parseInt(head.substring(length + 16, head.indexOf('\r', length))));
        }
        return head;
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (final Socket socket : sockets) {
            socket.close();
        }
    }
}
