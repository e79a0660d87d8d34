package io.ouli.proxy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A client that sends exactly the bytes it is told to, and shows exactly the bytes it gets. */
public final class RawClient implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 60_000;

    private final Socket socket;

    public RawClient(final InetSocketAddress address) throws IOException {
        socket = new Socket();
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.connect(address);
    }

    public RawClient send(final String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public RawClient send(final byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    RawClient endOutput() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /** Reads until the peer closes. */
    public String readAll() throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    /** Reads until the peer closes or resets. */
    public String readUntilGone() throws IOException {
        final ByteArrayOutputStream got = new ByteArrayOutputStream();
        try {
            final byte[] buffer = new byte[64 << 10];
            int length = socket.getInputStream().read(buffer);
            while (length >= 0) {
                got.write(buffer, 0, length);
                length = socket.getInputStream().read(buffer);
            }
        } catch (final SocketTimeoutException e) {
            throw e;
        } catch (final IOException e) {
            // Reset: gone as well.
        }
        return got.toString(StandardCharsets.ISO_8859_1);
    }

    /** Reads exactly as many bytes as a text has, so that what is read can be compared with it. */
    public String read(final int length) throws IOException {
        final byte[] bytes = socket.getInputStream().readNBytes(length);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** Reads up to and with the first occurrence of a text. */
    public String readUntil(final String end) throws IOException {
        final StringBuilder got = new StringBuilder();
        final InputStream in = socket.getInputStream();
        while (!got.toString().endsWith(end)) {
            final int octet = in.read();
            if (octet < 0) {
                throw new IOException("closed after: " + got);
            }
            got.append((char) octet);
        }
        return got.toString();
    }

    /** Reads one response that has a Content-Length. */
    public String readResponse() throws IOException {
        final String head = readUntil("\r\n\r\n");
        for (final String line : head.split("\r\n")) {
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                return head + read(Integer.parseInt(line.substring(15).trim()));
            }
        }
        return head;
    }

    /** Returns whether nothing comes for a while. */
    boolean isQuiet(final int millis) throws IOException {
        socket.setSoTimeout(millis);
        try {
            socket.getInputStream().read();
            return false;
        } catch (final SocketTimeoutException e) {
            return true;
        } finally {
            socket.setSoTimeout(TIMEOUT_MILLIS);
        }
    }

    /** Closes with a reset. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    Socket socket() {
        return socket;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
