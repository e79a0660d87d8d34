package io.ouli.uring;

import io.ouli.ffm.generated.LibcHeader;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Objects;

/**
 * Reads and writes of files that are carried on until they are whole, in a table of fixed size over one {@link Ring}.
 *
 * <p>A short read or write, EINTR and EAGAIN are submitted again for the rest. The memory of an operation is held here,
 * and its handler called, only when its own last completion has come; no other completion hands it back.
 *
 * <p>The ring's handler passes on completions for which {@link #owns} is true. Nothing is allocated an operation.
 */
public final class FileOperations {
    /** Times in a row that an operation may get nowhere before its handler is told. */
    static final int MAX_RETRIES = 100;

    /** Reads and writes longer than this are done in pieces; the kernel takes a little under 2 GiB at once. */
    private static final long MAX_PIECE = 1L << 30;

    private static final byte READ = 0;
    private static final byte WRITE = 1;
    private static final byte SYNC = 2;
    private static final byte DATA_SYNC = 3;
    private static final int NO_BUFFER = -1;

    private final Ring ring;
    private final int op;
    private final Slot[] slots;
    private final int[] freeSlots;
    private int freeCount;

    /**
     * Makes a table.
     *
     * @param capacity the most operations at a time.
     * @param op       which op of {@link UserData} is this table's own, 0 to {@link UserData#MAX_OP}.
     */
    public FileOperations(final Ring ring, final int capacity, final int op) {
        this.ring = Objects.requireNonNull(ring);
        this.op = Objects.checkIndex(op, UserData.MAX_OP + 1);
        slots = new Slot[capacity];
        Arrays.setAll(slots, index -> new Slot());
        freeSlots = new int[capacity];
        Arrays.setAll(freeSlots, index -> capacity - 1 - index);
        freeCount = capacity;
    }

    /** One operation; used again and again, with a new generation each time. */
    private static final class Slot {
        private int generation;
        private byte kind;
        private int fd;
        private MemorySegment base;
        private int bufferIndex;
        private long offset;
        private long remaining;
        private long position;
        private long done;
        private int retries;
        private FileHandler handler;
        private long token;
    }

    /** {@return how many operations have not had their handler called} */
    public int inFlight() {
        return slots.length - freeCount;
    }

    /** {@return true when no further operation can be started} */
    public boolean isFull() {
        return freeCount == 0;
    }

    /** {@return true for completions that belong to {@link #onCompletion}} */
    public boolean owns(final long userData) {
        return UserData.op(userData) == op;
    }

    /**
     * Starts to read a range of a file.
     *
     * @param base     native memory; stays as it is until the handler is called.
     * @param offset   of the first byte in it.
     * @param length   in bytes.
     * @param position in the file.
     * @param token    handed to the handler.
     * @return false when the table is full: nothing was started.
     */
    public boolean read(
            final int fd,
            final MemorySegment base,
            final long offset,
            final long length,
            final long position,
            final FileHandler handler,
            final long token) {
        return start(READ, fd, base, NO_BUFFER, offset, length, position, handler, token);
    }

    /** Starts to write a range of a file; like {@link #read}. */
    public boolean write(
            final int fd,
            final MemorySegment base,
            final long offset,
            final long length,
            final long position,
            final FileHandler handler,
            final long token) {
        return start(WRITE, fd, base, NO_BUFFER, offset, length, position, handler, token);
    }

    /** Starts to read into the registered buffer of that index, which is {@code base}; like {@link #read}. */
    public boolean readFixed(
            final int fd,
            final MemorySegment base,
            final int bufferIndex,
            final long offset,
            final long length,
            final long position,
            final FileHandler handler,
            final long token) {
        return start(READ, fd, base, bufferIndex, offset, length, position, handler, token);
    }

    /** Starts to write from the registered buffer of that index, which is {@code base}; like {@link #read}. */
    public boolean writeFixed(
            final int fd,
            final MemorySegment base,
            final int bufferIndex,
            final long offset,
            final long length,
            final long position,
            final FileHandler handler,
            final long token) {
        return start(WRITE, fd, base, bufferIndex, offset, length, position, handler, token);
    }

    /** Starts to make durable what was written, and the metadata too unless {@code dataOnly}; like {@link #read}. */
    public boolean sync(final int fd, final boolean dataOnly, final FileHandler handler, final long token) {
        return start(
                dataOnly ? DATA_SYNC : SYNC, fd, MemorySegment.NULL, NO_BUFFER, 0, 0, 0, handler, token);
    }

    /** Takes a completion for which {@link #owns} is true; may call the operation's handler. */
    public void onCompletion(final long userData, final int result) {
        final int index = UserData.id(userData);
        final Slot slot = slots[index];
        if (slot.handler == null || slot.generation != UserData.generation(userData)) {
            return;
        }
        if (result < 0) {
            final boolean again = result == -LibcHeader.EINTR || result == -LibcHeader.EAGAIN;
            if (again && slot.retries++ < MAX_RETRIES) {
                submit(index, slot);
            } else {
                finish(index, slot, result);
            }
            return;
        }
        assert result <= slot.remaining : result + " of " + slot.remaining;
        slot.done += result;
        slot.offset += result;
        slot.position += result;
        slot.remaining -= result;
        if (slot.remaining == 0 || result == 0 && slot.kind == READ) {
            finish(index, slot, slot.done);
        } else if (result > 0) {
            slot.retries = 0;
            submit(index, slot);
        } else if (slot.retries++ < MAX_RETRIES) {
            submit(index, slot);
        } else {
            // A device that takes nothing and reports no error would otherwise be asked for ever.
            finish(index, slot, -LibcHeader.EIO);
        }
    }

    private boolean start(
            final byte kind,
            final int fd,
            final MemorySegment base,
            final int bufferIndex,
            final long offset,
            final long length,
            final long position,
            final FileHandler handler,
            final long token) {
        Objects.requireNonNull(handler);
        Objects.checkFromIndexSize(offset, length, base.byteSize());
        Operations.address(base, offset, 0);
        if (freeCount == 0) {
            return false;
        }
        final int index = freeSlots[--freeCount];
        final Slot slot = slots[index];
        slot.kind = kind;
        slot.fd = fd;
        slot.base = base;
        slot.bufferIndex = bufferIndex;
        slot.offset = offset;
        slot.remaining = length;
        slot.position = position;
        slot.done = 0;
        slot.retries = 0;
        slot.handler = handler;
        slot.token = token;
        submit(index, slot);
        return true;
    }

    private void submit(final int index, final Slot slot) {
        final Operations operations = ring.operations();
        final long userData = UserData.pack(index, op, slot.generation);
        final int length = (int) Math.min(slot.remaining, MAX_PIECE);
        if (slot.kind == SYNC || slot.kind == DATA_SYNC) {
            operations.fsync(slot.fd, slot.kind == DATA_SYNC, userData);
        } else if (slot.kind == READ) {
            if (slot.bufferIndex == NO_BUFFER) {
                operations.read(slot.fd, slot.base, slot.offset, length, slot.position, userData);
            } else {
                operations.readFixed(
                        slot.fd, slot.base, slot.offset, length, slot.position, slot.bufferIndex, userData);
            }
        } else if (slot.bufferIndex == NO_BUFFER) {
            operations.write(slot.fd, slot.base, slot.offset, length, slot.position, userData);
        } else {
            operations.writeFixed(slot.fd, slot.base, slot.offset, length, slot.position, slot.bufferIndex, userData);
        }
    }

    /** Frees the slot before the handler is called, so that the handler can start the next operation. */
    private void finish(final int index, final Slot slot, final long result) {
        final FileHandler handler = slot.handler;
        final long token = slot.token;
        slot.handler = null;
        slot.base = null;
        slot.generation = slot.generation + 1 & UserData.MAX_GENERATION;
        freeSlots[freeCount++] = index;
        handler.onFileCompletion(token, result);
    }
}
