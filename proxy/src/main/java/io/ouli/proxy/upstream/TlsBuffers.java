package io.ouli.proxy.upstream;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * The buffers that TLS channels of one worker share: one for plaintext and one for records on their way out, both used
 * within one call only, and a few for records that have not come whole. On the heap, where the ciphers are fastest.
 */
final class TlsBuffers {
    /** Room for the longest record that is read (16,709 bytes), and for what one receive adds. */
    static final int INPUT_BYTES = 24 << 10;

    private static final int FIRST_BYTES = 17 << 10;
    private static final int MOST_KEPT = 64;

    private final ArrayDeque<byte[]> inputs = new ArrayDeque<>();
    private ByteBuffer plaintext = ByteBuffer.allocate(FIRST_BYTES);
    private MemorySegment plaintextSegment = MemorySegment.ofArray(plaintext.array());
    private ByteBuffer records = ByteBuffer.allocate(FIRST_BYTES);

    /** {@return the buffer for what a record holds, empty} */
    ByteBuffer plaintext() {
        return plaintext.clear();
    }

    /** {@return the memory of {@link #plaintext}} */
    MemorySegment plaintextSegment() {
        return plaintextSegment;
    }

    /** {@return the buffer for a record to be sent, empty} */
    ByteBuffer records() {
        return records.clear();
    }

    /** Makes room for larger plaintext; what the buffer held is lost. */
    void growPlaintext(final int bytes) {
        plaintext = ByteBuffer.allocate(Math.max(bytes, 2 * plaintext.capacity()));
        plaintextSegment = MemorySegment.ofArray(plaintext.array());
    }

    /** Makes room for larger records; what the buffer held is lost. */
    void growRecords(final int bytes) {
        records = ByteBuffer.allocate(Math.max(bytes, 2 * records.capacity()));
    }

    /** Takes an array for records that come in. */
    byte[] takeInput() {
        final byte[] kept = inputs.pollFirst();
        return kept == null ? new byte[INPUT_BYTES] : kept;
    }

    /** Gives an array back; one that has grown is let go. */
    void releaseInput(final byte[] input) {
        if (input.length == INPUT_BYTES && inputs.size() < MOST_KEPT) {
            inputs.addFirst(input);
        }
    }
}
