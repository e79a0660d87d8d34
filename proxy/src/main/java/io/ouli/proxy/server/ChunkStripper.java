package io.ouli.proxy.server;

import io.ouli.engine.Limits;
import io.ouli.engine.OuliException;
import io.ouli.engine.http.HeadWriter;
import io.ouli.engine.http.Headers;
import io.ouli.engine.http.HttpFault;
import io.ouli.engine.http.ResponseHead;
import io.ouli.engine.http.ResponseParser;
import io.ouli.engine.memory.GuardedCopy;
import io.ouli.engine.transport.Transport;
import io.ouli.proxy.worker.SendQueue;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * A recorded reply in chunks for a client that speaks HTTP/1.0 and knows none: the head without Transfer-Encoding, then
 * the data of each chunk, straight from the recording. The connection's end ends the body.
 */
final class ChunkStripper implements ReplySource {
    private static final byte[] TRANSFER_ENCODING = "transfer-encoding".getBytes(StandardCharsets.US_ASCII);
    /** As many hexadecimal digits as an int has, and the line's end. */
    private static final int SIZE_LINE_BYTES = 10;
    private static final byte[] TRAILER = "trailer".getBytes(StandardCharsets.US_ASCII);

    private final MemorySegment segment;
    private final long end;
    private final byte[] sizeLine = new byte[SIZE_LINE_BYTES];
    private long position;
    private long chunkRemaining;
    private boolean done;

    /** Adds the head to a queue, which is to be sent before the parts that this gives. */
    ChunkStripper(final MemorySegment segment, final long offset, final long length, final SendQueue out) {
        this.segment = segment;
        end = offset + length;
        final byte[] front = new byte[(int) Math.min(length, Limits.MAX_HEAD_BYTES)];
        GuardedCopy.copy(segment, offset, front, 0, front.length);
        final ResponseHead head = new ResponseHead(Limits.MAX_HEADERS);
        final int headLength = new ResponseParser().parse(front, 0, front.length, head);
        if (headLength <= 0) {
            throw new OuliException("a recorded reply's head cannot be parsed; run: ouli verify");
        }
        position = offset + headLength;
        done = position == end;
        final HeadWriter writer = new HeadWriter(headLength);
        final Headers headers = head.headers();
        final int fieldsStart = headers.count() == 0 ? headLength - 2 : headers.nameStart(0);
        writer.write(front, 0, fieldsStart);
        for (int i = 0; i < headers.count(); i++) {
            if (!headers.nameIs(i, TRANSFER_ENCODING) && !headers.nameIs(i, TRAILER)) {
                writer.field(headers, i);
            }
        }
        writer.crlf();
        out.add(writer);
    }

    @Override
    public int writeTo(final Transport transport, final int connection, final int mostParts) {
        int parts = 0;
        while (!done && parts < mostParts) {
            if (chunkRemaining == 0) {
                beginChunk();
            } else {
                final long slice = Math.min(chunkRemaining, SliceSource.SLICE_BYTES);
                transport.write(connection, segment, position, slice);
                parts++;
                position += slice;
                chunkRemaining -= slice;
                if (chunkRemaining == 0) {
                    position += 2;
                }
            }
        }
        return parts;
    }

    /** Reads a size line; stored ones have no extensions. */
    private void beginChunk() {
        final int length = (int) Math.min(sizeLine.length, end - position);
        GuardedCopy.copy(segment, position, sizeLine, 0, length);
        long size = 0;
        int at = 0;
        while (at < length && sizeLine[at] != '\r') {
            final int digit = Character.digit(sizeLine[at++], 16);
            if (digit < 0) {
                throw malformed();
            }
            size = size << 4 | digit;
        }
        if (at + 2 > length) {
            throw malformed();
        }
        position += at + 2;
        chunkRemaining = size;
        done = size == 0;
    }

    private static OuliException malformed() {
        return new OuliException("a recorded reply's chunks are malformed: " + HttpFault.BAD_CHUNK_SIZE.reason()
                + "; run: ouli verify");
    }

    @Override
    public boolean done() {
        return done;
    }
}
