package io.ouli.perf.storage;

import io.ouli.perf.load.LoadException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** One connection, one request at a time, every byte of the reply compared. */
final class PlainClient implements AutoCloseable {
    private static final int BUFFER_BYTES = 64 << 10;

    private final Socket socket;
    private final BufferedInputStream in;

    PlainClient(final InetSocketAddress address) throws IOException {
        socket = new Socket(address.getAddress(), address.getPort());
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES);
    }

    /**
     * Asks and waits for the whole reply.
     *
     * @return how long it took, in nanoseconds.
     * @throws LoadException if the reply is another one.
     */
    long ask(final byte[] request, final byte[] expected) throws IOException {
        final long start = System.nanoTime();
        socket.getOutputStream().write(request);
        final byte[] reply = in.readNBytes(expected.length);
        final long nanos = System.nanoTime() - start;
        if (!Arrays.equals(reply, expected)) {
            throw new LoadException("a reply of " + reply.length + " bytes is not the one that was recorded: "
                    + new String(reply, 0, Math.min(200, reply.length), StandardCharsets.ISO_8859_1));
        }
        return nanos;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
