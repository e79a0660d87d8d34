package io.ouli.proxy.demo;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Arrays;

/**
 * One connection of a small HTTP/1.1 client that hands out replies as the bytes that came. Not safe for use by several
 * threads, but {@link #close} may be called by another one, and ends a call that hangs.
 */
final class RawClient implements AutoCloseable {
    private static final int BUFFER_BYTES = 64 << 10;

    private final SocketChannel channel;
    private final ByteBuffer received = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private byte[] bytes = new byte[BUFFER_BYTES];
    private int length;

    RawClient(final InetSocketAddress address) throws IOException {
        channel = SocketChannel.open(address);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }

    /**
     * Sends a request and returns the whole reply.
     *
     * @param head whether the request's method is HEAD.
     */
    RawReply exchange(final byte[] request, final boolean head) throws IOException {
        final ByteBuffer out = ByteBuffer.wrap(request);
        while (out.hasRemaining()) {
            channel.write(out);
        }
        length = 0;
        RawReply reply = null;
        while (reply == null) {
            receive();
            reply = RawReply.parse(bytes, length, head);
        }
        return reply;
    }

    private void receive() throws IOException {
        received.clear();
        final int count = channel.read(received);
        if (count < 0) {
            throw new EOFException("the connection was closed after " + length + " bytes of a reply");
        }
        if (bytes.length - length < count) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + count));
        }
        received.flip().get(bytes, length, count);
        length += count;
    }

    /**
     * Sends a request and compares the reply with what is expected, without allocation.
     *
     * @param request  direct, from 0 to its limit.
     * @param expected direct, from 0 to its limit.
     * @return whether all bytes are as expected; the connection is of no further use if not.
     */
    boolean exchange(final ByteBuffer request, final ByteBuffer expected) throws IOException {
        request.rewind();
        while (request.hasRemaining()) {
            channel.write(request);
        }
        expected.rewind();
        while (expected.hasRemaining()) {
            received.clear().limit(Math.min(received.capacity(), expected.remaining()));
            final int count = channel.read(received);
            if (count < 0) {
                return false;
            }
            received.flip();
            final int difference = expected.mismatch(received);
            if (difference >= 0 && difference < count) {
                return false;
            }
            expected.position(expected.position() + count);
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
