package io.ouli.uring;

import io.ouli.ffm.ErrnoCapture;
import io.ouli.ffm.LibcFile;
import io.ouli.ffm.generated.LibcHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Ends another thread's wait in {@link Ring#submitAndWait}: an event counter whose read is always pending.
 *
 * <p>The owner calls {@link #arm}, and {@link #onCompletion} when the read completes. Signals that come before the
 * owner has seen the first are one.
 */
public final class Wakeup implements AutoCloseable {
    // Never freed: the kernel might yet write to it after a ring that could not be drained.
    private final MemorySegment value = Arena.global().allocate(ValueLayout.JAVA_LONG);
    private final MemorySegment one = Arena.ofAuto().allocateFrom(ValueLayout.JAVA_LONG, 1L);
    private final AtomicBoolean signalled = new AtomicBoolean();
    private final ErrnoCapture capture = new ErrnoCapture();
    private final Ring ring;
    private final long userData;
    private final int fd;
    private boolean closed;

    /**
     * Makes a wake-up for a ring.
     *
     * @param userData what the read's completion will carry.
     * @throws RingException if the kernel refuses.
     */
    public Wakeup(final Ring ring, final long userData) {
        this.ring = ring;
        this.userData = userData;
        // Blocking on purpose: a ring's read of a non-blocking descriptor fails with EAGAIN instead of waiting.
        fd = LibcFile.eventfd(capture, 0, LibcHeader.EFD_CLOEXEC);
        if (fd < 0) {
            throw new RingException("cannot make an event counter", -fd);
        }
    }

    /** Prepares the read that a signal completes; once, by the owner. */
    public void arm() {
        ring.operations().read(fd, value, 0, Long.BYTES, -1, userData);
    }

    /** Takes the read's completion and prepares the next; signals from now on are new ones. */
    public void onCompletion(final int result) {
        signalled.set(false);
        if (result != -LibcHeader.ECANCELED && result != -LibcHeader.EBADF) {
            arm();
        }
    }

    /** Ends the owner's wait, or makes its next one return at once. May be called from any thread; never blocks. */
    public void signal() {
        if (!signalled.compareAndSet(false, true)) {
            return;
        }
        synchronized (this) {
            if (!closed) {
                LibcFile.writeBlocking(capture, fd, one, Long.BYTES);
            }
        }
    }

    /** Closes the event counter; after the ring, or after the read was cancelled. Idempotent. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            LibcFile.close(capture, fd);
        }
    }
}
