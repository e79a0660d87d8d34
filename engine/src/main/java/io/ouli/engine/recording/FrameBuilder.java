package io.ouli.engine.recording;

import io.ouli.engine.core.Sha256;
import io.ouli.engine.recording.RecordingException.Reason;
import io.ouli.redact.BatchDigest;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.zip.CRC32C;

/**
 * Builds one frame at a time, for one thread; used again and again without allocation once it has seen the largest.
 *
 * <p>{@link #begin}, then the request, then the response in parts, then {@link #finish} or {@link #abort}. The key, the
 * status and the flags can be set at any time in between. The chain hash is the writer's, who knows what came before.
 *
 * <p>A key can be given, or {@linkplain #keyOf what it is the digest of}. Then, where {@link FrameKeys} finds many at
 * once in less time, that message waits at the end of the frame's own buffer, as long as the frame leaves it room
 * there: no memory of its own, and one copy.
 */
public final class FrameBuilder {
    /** Chunks whose place and time are kept; those beyond become part of the last one. */
    static final int MAX_CHUNKS = 1 << 16;

    private final FramePool pool;
    private final RecordingLimits limits;
    private final CRC32C crc = new CRC32C();
    private final boolean keysWait;
    private final FrameKeys keys = new FrameKeys();
    private Sha256 digest;
    private byte[] digested;
    private Frame frame;
    private int sequence;
    private long timeNanos;
    private int status;
    private int flags;
    private long position;
    private long requestLength;
    private boolean responseBegun;
    private int[] chunkSpans = new int[64];
    private long[] chunkTimes = new long[32];
    private int chunkCount;
    private boolean keyIsOfRequest;

    /** Makes one for one thread, which lends its frames from a pool. */
    public FrameBuilder(final FramePool pool, final RecordingLimits limits) {
        this(pool, limits, FrameKeys.TOGETHER);
    }

    /** @param keysWait whether keys are found when frames are appended, if their messages have room. */
    FrameBuilder(final FramePool pool, final RecordingLimits limits, final boolean keysWait) {
        this.pool = pool;
        this.limits = limits;
        this.keysWait = keysWait;
    }

    /**
     * Begins a frame.
     *
     * @param sequence  the interaction's place in the session's order of arrival, from 0 to 2147483646.
     * @param timeNanos when the request arrived, since 1970-01-01 UTC.
     * @throws IllegalArgumentException if the place is none.
     */
    public void begin(final int sequence, final long timeNanos) {
        if (frame != null) {
            throw new IllegalStateException("the frame before was neither finished nor aborted");
        }
        // A file with a negative one could not be read, and after the highest there would be no next one.
        if (sequence < 0 || sequence == Integer.MAX_VALUE) {
            throw new IllegalArgumentException("the sequence is " + sequence + "; give 0 to 2147483646, such as"
                    + " RecordingWriter.nextSequence()");
        }
        frame = pool.acquire(FramePool.STEP_BYTES);
        this.sequence = sequence;
        this.timeNanos = timeNanos;
        status = 0;
        flags = 0;
        zero(frame.memory, FrameHeader.KEY, FrameHeader.BYTES);
        position = FrameHeader.BYTES;
        requestLength = 0;
        responseBegun = false;
        chunkCount = 0;
        keyIsOfRequest = false;
        crc.reset();
    }

    /** {@return whether a frame was begun and neither finished nor aborted} */
    public boolean isBuilding() {
        return frame != null;
    }

    /** Whoever forgot to begin is told so by each method that needs a frame. */
    private void requireBegun() {
        if (frame == null) {
            throw new IllegalStateException("there is no frame; begin one first");
        }
    }

    /** Sets the 32 bytes of the key. */
    public void key(final byte[] bytes, final int offset) {
        requireBegun();
        keyIsOfRequest = false;
        frame.keyIsKnown();
        MemorySegment.copy(bytes, offset, frame.memory, Le.BYTE, FrameHeader.KEY, FrameHeader.KEY_BYTES);
    }

    /** Has the key be the SHA-256 of these bytes, which are copied or digested: at once or when it is appended. */
    public void keyOf(final byte[] bytes, final int offset, final int length) {
        keyOf(bytes, offset, length, bytes, 0, 0);
    }

    /** The same, of a message in two parts. */
    public void keyOf(
            final byte[] first,
            final int firstOffset,
            final int firstLength,
            final byte[] second,
            final int secondOffset,
            final int secondLength) {
        requireBegun();
        final long length = (long) firstLength + secondLength;
        if (keysWait && length > 0 && length <= FrameKeys.MAX_MESSAGE_BYTES) {
            final MemorySegment memory = frame.memory;
            final long at = memory.byteSize() - BatchDigest.paddedLength((int) length);
            if (at >= position) {
                BatchDigest.pad(memory, at, (int) length);
                MemorySegment.copy(first, firstOffset, memory, Le.BYTE, at, firstLength);
                if (secondLength > 0) {
                    MemorySegment.copy(second, secondOffset, memory, Le.BYTE, at + firstLength, secondLength);
                }
                frame.keyIsDigestOf((int) length);
                keyIsOfRequest = false;
                return;
            }
        }
        if (digest == null) {
            digest = new Sha256();
            digested = new byte[FrameHeader.KEY_BYTES];
        }
        digest.update(first, firstOffset, firstLength);
        digest.update(second, secondOffset, secondLength);
        digest.finish(digested, 0);
        key(digested, 0);
    }

    /**
     * Has the key be the SHA-256 of the request as it stands when the frame is finished. It is digested from there, so
     * it is not copied as by {@link #keyOf}.
     */
    public void keyOfRequest() {
        requireBegun();
        keyIsOfRequest = true;
        frame.keyIsKnown();
    }

    /** Leaves the key for later, if what is behind the request's last whole block has room behind the frame. */
    private void finishKeyOfRequest(final long length) {
        if (keysWait && requestLength > 0 && requestLength <= FrameKeys.MAX_MESSAGE_BYTES) {
            final MemorySegment memory = frame.memory;
            final long last = memory.byteSize() - BatchDigest.lastLength((int) requestLength);
            if (last >= length) {
                BatchDigest.padElsewhere(memory, FrameHeader.BYTES, (int) requestLength, last);
                frame.keyIsDigestOfRequest((int) requestLength);
                return;
            }
        }
        keys.find(frame, FrameHeader.BYTES, requestLength);
    }

    /** Copies the key, which is found now if it was not; of the request, what there is of it so far. */
    public void copyKey(final byte[] target, final int offset) {
        requireBegun();
        if (keyIsOfRequest) {
            keys.find(frame, FrameHeader.BYTES, requestLength);
        } else {
            keys.find(frame);
        }
        MemorySegment.copy(frame.memory, Le.BYTE, FrameHeader.KEY, target, offset, FrameHeader.KEY_BYTES);
    }

    /**
     * Sets the response's status code.
     *
     * @throws IllegalArgumentException unless it is 0 to 65535.
     */
    public void status(final int status) {
        requireBegun();
        if (status != (status & 0xFFFF)) {
            throw new IllegalArgumentException("the status is " + status + "; give 0 to 65535");
        }
        this.status = status;
    }

    /**
     * Sets the {@link FrameFlags}.
     *
     * @throws IllegalArgumentException if one is not an interaction's.
     */
    public void flags(final int flags) {
        requireBegun();
        if ((flags & ~FrameFlags.FRAME_MASK) != 0) {
            throw new IllegalArgumentException("the flags are " + flags + "; give those of FrameFlags, without LAST");
        }
        this.flags = flags;
    }

    /** Appends bytes of the request. */
    public void request(final byte[] bytes, final int offset, final int length) {
        reserveRequest(length);
        take(bytes, offset, length);
        requestLength += length;
    }

    /** Appends bytes of the request. */
    public void request(final MemorySegment bytes, final long offset, final long length) {
        reserveRequest(length);
        take(bytes, offset, length);
        requestLength += length;
    }

    /** The checksum is of the array, which is in the cache: that of a frame's memory has to hold its arena open. */
    private void take(final byte[] bytes, final int offset, final int length) {
        MemorySegment.copy(bytes, offset, frame.memory, Le.BYTE, position, length);
        crc.update(bytes, offset, length);
        position += length;
    }

    private void take(final MemorySegment bytes, final long offset, final long length) {
        MemorySegment.copy(bytes, offset, frame.memory, position, length);
        position += length;
        check(position - length);
    }

    /** Adds to the checksum what stands from here on. */
    private void check(final long from) {
        frame.view.limit((int) position).position((int) from);
        crc.update(frame.view);
        frame.view.clear();
    }

    private void reserveRequest(final long length) {
        requireBegun();
        if (responseBegun) {
            throw new IllegalStateException("the request comes before the response");
        }
        if (requestLength + length > limits.maxRequestBytes()) {
            throw tooLarge("request", limits.maxRequestBytes());
        }
        ensure(length);
    }

    /** Appends bytes of the response. */
    public void response(final byte[] bytes, final int offset, final int length) {
        reserveResponse(length);
        take(bytes, offset, length);
    }

    /** Appends bytes of the response. */
    public void response(final MemorySegment bytes, final long offset, final long length) {
        reserveResponse(length);
        take(bytes, offset, length);
    }

    private void reserveResponse(final long length) {
        requireBegun();
        if (responseLength() + length > limits.maxResponseBytes()) {
            throw tooLarge("response", limits.maxResponseBytes());
        }
        ensure(length);
        responseBegun = true;
    }

    /** {@return how many bytes of response there are so far} */
    public long responseLength() {
        return position - FrameHeader.BYTES - requestLength;
    }

    /**
     * Says where one chunk of the response's body lies and when it came.
     *
     * @param offset    from the response's first byte.
     * @param length    in bytes.
     * @param timeNanos since the frame's time.
     * @throws IndexOutOfBoundsException if it is not all in what was appended of the response.
     */
    public void chunk(final long offset, final long length, final long timeNanos) {
        requireBegun();
        Objects.checkFromIndexSize(offset, length, responseLength());
        if (chunkCount == MAX_CHUNKS) {
            chunkSpans[2 * chunkCount - 1] = (int) (offset + length) - chunkSpans[2 * chunkCount - 2];
            return;
        }
        if (chunkCount == chunkTimes.length) {
            chunkTimes = Arrays.copyOf(chunkTimes, 2 * chunkCount);
            chunkSpans = Arrays.copyOf(chunkSpans, 4 * chunkCount);
        }
        chunkSpans[2 * chunkCount] = (int) offset;
        chunkSpans[2 * chunkCount + 1] = (int) length;
        chunkTimes[chunkCount++] = timeNanos;
    }

    /**
     * Ends the frame and computes its checksum.
     *
     * @return the frame, for {@link RecordingWriter#append}; whoever has it releases it.
     */
    public Frame finish() {
        requireBegun();
        final long response = responseLength();
        final long length = FrameHeader.interactionLength(requestLength, response, chunkCount);
        ensure(length - position);
        final MemorySegment memory = frame.memory;
        final long table = FrameHeader.chunkTableOffset(requestLength, response);
        zero(memory, position, table);
        for (int i = 0; i < chunkCount; i++) {
            final long at = table + (long) i * FrameHeader.CHUNK_BYTES;
            memory.set(Le.INT, at, chunkSpans[2 * i]);
            memory.set(Le.INT, at + 4, chunkSpans[2 * i + 1]);
            memory.set(Le.LONG, at + 8, chunkTimes[i]);
        }
        final long end = table + (long) chunkCount * FrameHeader.CHUNK_BYTES;
        zero(memory, end, length);
        if (position < length) {
            final long from = position;
            position = length;
            check(from);
        }
        if (keyIsOfRequest) {
            finishKeyOfRequest(length);
        }
        FrameHeader.interaction(memory, flags, length, timeNanos, sequence, (int) requestLength, (int) response,
                chunkCount, status, (int) crc.getValue());
        final Frame finished = frame;
        frame = null;
        finished.finished((int) length);
        return finished;
    }

    /** Forgets the frame, if there is one. */
    public void abort() {
        if (frame != null) {
            final Frame aborted = frame;
            frame = null;
            aborted.release();
        }
    }

    /** A loop and not a slice's fill: it allocates nothing, and there are 128 bytes at most. */
    private static void zero(final MemorySegment memory, final long from, final long to) {
        long i = from;
        for (; i <= to - Long.BYTES; i += Long.BYTES) {
            memory.set(Le.LONG, i, 0L);
        }
        for (; i < to; i++) {
            memory.set(Le.BYTE, i, (byte) 0);
        }
    }

    private void ensure(final long more) {
        final long needed = position + more;
        if (needed > frame.room()) {
            makeRoom(needed);
        }
    }

    private void makeRoom(final long needed) {
        if (needed > frame.memory.byteSize()) {
            final Frame larger = pool.acquire(Math.max(needed, 2 * frame.memory.byteSize()));
            MemorySegment.copy(frame.memory, 0, larger.memory, 0, position);
            final Frame smaller = frame;
            frame = larger;
            moveKeyMessage(smaller);
            smaller.release();
        }
        if (needed > frame.room()) {
            keys.find(frame);
        }
    }

    private void moveKeyMessage(final Frame from) {
        if (from.lacksKey()) {
            frame.keyIsDigestOf(from.keyMessageLength());
            MemorySegment.copy(
                    from.memory, from.keyMessageOffset(), frame.memory, frame.keyMessageOffset(),
                    BatchDigest.paddedLength(from.keyMessageLength()));
        }
    }

    private static RecordingException tooLarge(final String what, final long limit) {
        return new RecordingException(Reason.LIMIT, Path.of("interaction"), RecordingException.NO_OFFSET,
                "the " + what + " is larger than " + limit + " bytes", "it is not recorded");
    }
}
