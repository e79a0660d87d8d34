package io.ouli.uring;

import io.ouli.ffm.generated.LibcHeader;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

import static io.ouli.ffm.generated.IoUringHeader.IORING_ACCEPT_MULTISHOT;
import static io.ouli.ffm.generated.IoUringHeader.IORING_ASYNC_CANCEL_ALL;
import static io.ouli.ffm.generated.IoUringHeader.IORING_ASYNC_CANCEL_FD;
import static io.ouli.ffm.generated.IoUringHeader.IORING_FSYNC_DATASYNC;
import static io.ouli.ffm.generated.IoUringHeader.IORING_OP_ACCEPT;
import static io.ouli.ffm.generated.IoUringHeader.IORING_OP_ASYNC_CANCEL;
import static io.ouli.ffm.generated.IoUringHeader.IORING_OP_CLOSE;
import static io.ouli.ffm.generated.IoUringHeader.IORING_OP_CONNECT;
import static io.ouli.ffm.generated.IoUringHeader.IORING_OP_FALLOCATE;
import static io.ouli.ffm.generated.IoUringHeader.IORING_OP_FSYNC;
import static io.ouli.ffm.generated.IoUringHeader.IORING_OP_NOP;
import static io.ouli.ffm.generated.IoUringHeader.IORING_OP_POLL_ADD;
import static io.ouli.ffm.generated.IoUringHeader.IORING_OP_READ;
import static io.ouli.ffm.generated.IoUringHeader.IORING_OP_READ_FIXED;
import static io.ouli.ffm.generated.IoUringHeader.IORING_OP_RECV;
import static io.ouli.ffm.generated.IoUringHeader.IORING_OP_SEND;
import static io.ouli.ffm.generated.IoUringHeader.IORING_OP_SENDMSG;
import static io.ouli.ffm.generated.IoUringHeader.IORING_OP_SHUTDOWN;
import static io.ouli.ffm.generated.IoUringHeader.IORING_OP_TIMEOUT;
import static io.ouli.ffm.generated.IoUringHeader.IORING_OP_WRITE;
import static io.ouli.ffm.generated.IoUringHeader.IORING_OP_WRITE_FIXED;
import static io.ouli.ffm.generated.IoUringHeader.IORING_RECV_MULTISHOT;
import static io.ouli.ffm.generated.IoUringHeader.IORING_TIMEOUT_ABS;
import static io.ouli.ffm.generated.IoUringHeader.IOSQE_BUFFER_SELECT;
import static io.ouli.ffm.generated.IoUringHeader.IOSQE_IO_LINK;

/**
 * Fills the submission queue of a {@link Ring}. Nothing reaches the kernel before {@link Ring#submitAndWait}, save when
 * the queue is full: then what was prepared is handed over at once.
 *
 * <p>Each operation completes with the user data given, a result of zero or more, or the negative errno. Memory that an
 * operation reads or writes must stay as it is until its completion; addresses, vectors and message headers only
 * until {@link Ring#submitAndWait} returns. The caller keeps both reachable. Descriptors of sockets and event counters
 * are left blocking: on a non-blocking one an operation fails with EAGAIN instead of waiting.
 */
public final class Operations {
    private static final int MSG_NOSIGNAL = LibcHeader.MSG_NOSIGNAL;

    private final Ring ring;

    Operations(final Ring ring) {
        this.ring = ring;
    }

    /** Does nothing, and completes. */
    public void nop(final long userData) {
        ring.put(IORING_OP_NOP, 0, -1, 0, 0, 0, 0, userData, 0, 0);
    }

    /**
     * Accepts one connection; the result is its descriptor.
     *
     * @param flags SOCK_CLOEXEC and the like.
     */
    public void accept(final int fd, final int flags, final long userData) {
        ring.put(IORING_OP_ACCEPT, 0, fd, 0, 0, 0, flags, userData, 0, 0);
    }

    /** Accepts connections, one completion each, until one comes without {@link Completions#hasMore}. */
    public void acceptMultishot(final int fd, final int flags, final long userData) {
        ring.put(IORING_OP_ACCEPT, IORING_ACCEPT_MULTISHOT, fd, 0, 0, 0, flags, userData, 0, 0);
    }

    /** Connects a socket to the address in {@code address}, a {@code struct sockaddr} of so many bytes. */
    public void connect(final int fd, final MemorySegment address, final int length, final long userData) {
        ring.put(IORING_OP_CONNECT, 0, fd, length, address(address, 0, length), 0, 0, userData, 0, 0);
    }

    /** Receives into memory of the caller's; the result is the number of bytes, 0 when the peer has finished. */
    public void recv(
            final int fd,
            final MemorySegment base,
            final long offset,
            final int length,
            final int messageFlags,
            final long userData) {
        ring.put(
                IORING_OP_RECV, 0, fd, 0, address(base, offset, length), length, messageFlags, userData, 0, 0);
    }

    /** Receives once into a buffer that the kernel picks from a buffer ring; ENOBUFS when there is none. */
    public void recvSelect(
            final int fd, final ProvidedBufferRing buffers, final int messageFlags, final long userData) {
        ring.put(IORING_OP_RECV, 0, fd, 0, 0, 0, messageFlags, userData, buffers.group(), IOSQE_BUFFER_SELECT);
    }

    /**
     * Receives again and again into buffers that the kernel picks, one completion each, until one comes without
     * {@link Completions#hasMore}: at the end of the stream, on an error, or with ENOBUFS when no buffer was free.
     */
    public void recvMultishot(final int fd, final ProvidedBufferRing buffers, final long userData) {
        ring.put(
                IORING_OP_RECV,
                IORING_RECV_MULTISHOT,
                fd,
                0,
                0,
                0,
                0,
                userData,
                buffers.group(),
                IOSQE_BUFFER_SELECT);
    }

    /**
     * Sends memory of the caller's; the result is the number of bytes that were taken, which may be fewer. A peer that
     * has gone gives EPIPE, never a signal.
     *
     * @param messageFlags MSG_WAITALL has the kernel carry on a short send itself.
     */
    public void send(
            final int fd,
            final MemorySegment base,
            final long offset,
            final int length,
            final int messageFlags,
            final long userData) {
        ring.put(
                IORING_OP_SEND,
                0,
                fd,
                0,
                address(base, offset, length),
                length,
                messageFlags | MSG_NOSIGNAL,
                userData,
                0,
                0);
    }

    /** Sends the parts of a {@link GatherMessage} in order, as one send. */
    public void sendMessage(final int fd, final GatherMessage message, final int messageFlags, final long userData) {
        ring.put(
                IORING_OP_SENDMSG, 0, fd, 0, message.headerAddress(), 1, messageFlags | MSG_NOSIGNAL, userData, 0, 0);
    }

    /** Ends one or both directions of a socket; {@code how} is SHUT_WR and the like. */
    public void shutdown(final int fd, final int how, final long userData) {
        ring.put(IORING_OP_SHUTDOWN, 0, fd, 0, 0, how, 0, userData, 0, 0);
    }

    /** Closes a descriptor. Operations that are pending on it are not cancelled by that: cancel them first. */
    public void close(final int fd, final long userData) {
        ring.put(IORING_OP_CLOSE, 0, fd, 0, 0, 0, 0, userData, 0, 0);
    }

    /**
     * Cancels the operation that was prepared with some user data. Its own completion tells whether it came in time
     * (ECANCELED); the result of this one is 0, ENOENT when there was none, or EALREADY.
     */
    public void cancel(final long targetUserData, final long userData) {
        ring.put(IORING_OP_ASYNC_CANCEL, 0, -1, 0, targetUserData, 0, 0, userData, 0, 0);
    }

    /**
     * Cancels every operation on a descriptor; the result is how many there were. Needs
     * {@link RingFeature#CANCEL_BY_FD}.
     */
    public void cancelAll(final int fd, final long userData) {
        ring.put(
                IORING_OP_ASYNC_CANCEL,
                0,
                fd,
                0,
                0,
                0,
                IORING_ASYNC_CANCEL_FD | IORING_ASYNC_CANCEL_ALL,
                userData,
                0,
                0);
    }

    /**
     * Reads; the result may be short, and is 0 at the end of a file. {@link FileOperations} carries on.
     *
     * @param position in the file, or -1 for the descriptor's own: for event counters and pipes.
     */
    public void read(
            final int fd,
            final MemorySegment base,
            final long offset,
            final int length,
            final long position,
            final long userData) {
        ring.put(IORING_OP_READ, 0, fd, position, address(base, offset, length), length, 0, userData, 0, 0);
    }

    /** Writes; the result may be short. {@link FileOperations} carries on. */
    public void write(
            final int fd,
            final MemorySegment base,
            final long offset,
            final int length,
            final long position,
            final long userData) {
        ring.put(IORING_OP_WRITE, 0, fd, position, address(base, offset, length), length, 0, userData, 0, 0);
    }

    /** Reads into memory inside the registered buffer of that index. */
    public void readFixed(
            final int fd,
            final MemorySegment base,
            final long offset,
            final int length,
            final long position,
            final int bufferIndex,
            final long userData) {
        ring.put(
                IORING_OP_READ_FIXED,
                0,
                fd,
                position,
                address(base, offset, length),
                length,
                0,
                userData,
                bufferIndex,
                0);
    }

    /** Writes from memory inside the registered buffer of that index. */
    public void writeFixed(
            final int fd,
            final MemorySegment base,
            final long offset,
            final int length,
            final long position,
            final int bufferIndex,
            final long userData) {
        ring.put(
                IORING_OP_WRITE_FIXED,
                0,
                fd,
                position,
                address(base, offset, length),
                length,
                0,
                userData,
                bufferIndex,
                0);
    }

    /** Makes a file's data durable, and its metadata too unless {@code dataOnly}. Runs on a thread of the kernel's. */
    public void fsync(final int fd, final boolean dataOnly, final long userData) {
        ring.put(IORING_OP_FSYNC, 0, fd, 0, 0, 0, dataOnly ? IORING_FSYNC_DATASYNC : 0, userData, 0, 0);
    }

    /** Allocates a range of a file; {@code mode} is 0 or FALLOC_FL_…. */
    public void fallocate(
            final int fd, final int mode, final long position, final long length, final long userData) {
        ring.put(IORING_OP_FALLOCATE, 0, fd, position, length, mode, 0, userData, 0, 0);
    }

    /** Completes once a descriptor is ready; the result is which of {@code events}, POLLIN and the like, it is for. */
    public void poll(final int fd, final int events, final long userData) {
        ring.put(IORING_OP_POLL_ADD, 0, fd, 0, 0, 0, events, userData, 0, 0);
    }

    /**
     * Completes with ETIME at a time of the clock that {@link System#nanoTime} reads.
     *
     * @param time a {@code struct __kernel_timespec}: seconds 8 | nanoseconds 8; read when the operation is taken.
     */
    public void timeoutAt(final MemorySegment time, final long userData) {
        ring.put(IORING_OP_TIMEOUT, 0, -1, 0, address(time, 0, 2 * Long.BYTES), 1, IORING_TIMEOUT_ABS, userData, 0, 0);
    }

    /** Makes room for so many operations, so that what {@link #linkNext} ties together is handed over together. */
    public void reserve(final int operations) {
        ring.makeRoom(operations);
    }

    /**
     * Has the next operation start only after the one prepared last has succeeded whole; a short read or write counts
     * as failure, and the next one completes with ECANCELED. Call {@link #reserve} before the first of the chain.
     */
    public void linkNext() {
        ring.addFlagsToLast(IOSQE_IO_LINK);
    }

    /** {@return the address of a range, which is checked against the segment} */
    static long address(final MemorySegment base, final long offset, final int length) {
        Objects.checkFromIndexSize(offset, length, base.byteSize());
        if (!base.isNative()) {
            throw new IllegalArgumentException("the kernel needs native memory, got a heap segment");
        }
        return base.address() + offset;
    }
}
