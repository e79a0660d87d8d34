package io.ouli.perf.coldstart;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * The least that a server can be: it reads one reply from a file and gives that to every connection's first request.
 * No parser, no key, no look-up, no limits, one thread.
 */
public final class Bare {
    private static final int REQUEST_BYTES = 4_096;

    private Bare() {
    }

    /**
     * Serves.
     *
     * @param args port of 127.0.0.1; the file with the reply, head and all; and how many connections to serve, if it
     *             shall end.
     */
    public static void main(final String[] args) throws IOException {
        final ByteBuffer reply;
        try (InputStream file = new FileInputStream(args[1])) {
            final byte[] bytes = file.readAllBytes();
            reply = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
        }
        final int most = args.length > 2 ? Integer.parseInt(args[2]) : Integer.MAX_VALUE;
        final ByteBuffer request = ByteBuffer.allocateDirect(REQUEST_BYTES);
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}),
                    Integer.parseInt(args[0])));
            for (int served = 0; served < most; served++) {
                try (SocketChannel connection = server.accept()) {
                    connection.read(request.clear());
                    connection.write(reply.rewind());
                }
            }
        }
    }
}
