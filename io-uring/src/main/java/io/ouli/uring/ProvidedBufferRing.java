package io.ouli.uring;

import io.ouli.ffm.ErrnoCapture;
import io.ouli.ffm.NativeException;
import io.ouli.ffm.NativeLedger.Owner;
import io.ouli.ffm.NativeLedger;
import io.ouli.ffm.NativeMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * Equal buffers that are lent to the kernel, which fills one for each receive that names this ring's group.
 *
 * <p>Layout of the shared ring, a power of two of entries, 16 bytes each:
 * <pre>
 *   address 8 | length 4 | buffer id 2 | unused 2
 * </pre>
 * The unused bytes of entry 0 are the tail, so an entry is written without them.
 *
 * <p>A completion with {@link Completions#hasBuffer} has taken a buffer: {@link #take} says which, and {@link #recycle}
 * gives it back once its bytes were used. What was recycled becomes visible to the kernel by {@link #publish}, once a
 * batch. Owned by the ring's owner and closed with the ring.
 */
public final class ProvidedBufferRing {
    /** The most buffers of one ring. */
    public static final int MAX_BUFFERS = 32_768;

    private static final VarHandle SHORT = ValueLayout.JAVA_SHORT.varHandle();
    /**
     * What lies between two buffers. At whole pages the beginnings of all, which is what small messages fill, would
     * fall into the same few sets of the processor's caches and push one another out. docs/adr/024.
     */
    static final int GAP_LENGTH = 192;
    static final long ENTRY_LENGTH = 16;
    static final long TAIL_OFFSET = 14;

    private final NativeMemory ringMemory;
    private final NativeMemory bufferMemory;
    private final MemorySegment entries;
    private final MemorySegment data;
    private final int group;
    private final int mask;
    private final int bufferLength;
    /** For assertions: which buffers the kernel has handed out. */
    private final boolean[] taken;
    private int tail;
    private int outstanding;

    private ProvidedBufferRing(
            final NativeMemory ringMemory,
            final NativeMemory bufferMemory,
            final int group,
            final int buffers,
            final int bufferLength) {
        this.ringMemory = ringMemory;
        this.bufferMemory = bufferMemory;
        this.entries = ringMemory.segment();
        this.data = bufferMemory.segment();
        this.group = group;
        this.mask = buffers - 1;
        this.bufferLength = bufferLength;
        this.taken = new boolean[buffers];
    }

    static ProvidedBufferRing open(
            final KernelRing kernel, final int group, final int buffers, final int bufferLength) {
        if (buffers < 1 || buffers > MAX_BUFFERS || Integer.bitCount(buffers) != 1) {
            throw new IllegalArgumentException(
                    "buffers is " + buffers + ", must be a power of two up to " + MAX_BUFFERS);
        }
        if (bufferLength < 1 || group < 0 || group > 0xffff) {
            throw new IllegalArgumentException("bufferLength is " + bufferLength + ", must be at least 1; group is "
                    + group + ", must be 0 to 65535");
        }
        final ErrnoCapture capture = new ErrnoCapture();
        NativeMemory ringMemory = null;
        NativeMemory bufferMemory = null;
        int error;
        try {
            ringMemory = NativeMemory.anonymous(capture, buffers * ENTRY_LENGTH);
            NativeLedger.note(Owner.RINGS, ringMemory.segment());
            bufferMemory = NativeMemory.anonymous(capture, (long) buffers * (bufferLength + GAP_LENGTH));
            NativeLedger.note(Owner.BUFFERS, bufferMemory.segment());
            error = -kernel.registerBufferRing(BufferRegistration.of(ringMemory.address(), buffers, group));
        } catch (final NativeException refused) {
            error = refused.errno();
        }
        if (error > 0) {
            free(ringMemory, bufferMemory);
            throw new RingException(
                    "cannot make a ring of " + buffers + " buffers of " + bufferLength + " bytes", error);
        }
        final var ring = new ProvidedBufferRing(ringMemory, bufferMemory, group, buffers, bufferLength);
        for (int id = 0; id < buffers; id++) {
            ring.offer(id);
        }
        ring.publish();
        return ring;
    }

    /** {@return the group id that receives name} */
    public int group() {
        return group;
    }

    /** {@return how many buffers there are} */
    public int buffers() {
        return mask + 1;
    }

    /** {@return the length of each buffer in bytes} */
    public int bufferLength() {
        return bufferLength;
    }

    /** {@return how many buffers were taken and not recycled} */
    public int outstanding() {
        return outstanding;
    }

    /** {@return the memory of all buffers, and of the gaps between them} */
    public MemorySegment segment() {
        return data;
    }

    /** {@return where a buffer begins in {@link #segment}} */
    public long offset(final int bufferId) {
        assert bufferId >= 0 && bufferId <= mask : bufferId;
        return (long) bufferId * (bufferLength + GAP_LENGTH);
    }

    /** Takes the buffer that a completion names; returns its id. */
    public int take(final int completionFlags) {
        assert Completions.hasBuffer(completionFlags);
        final int bufferId = Completions.bufferId(completionFlags);
        assert !taken[bufferId] : "buffer " + bufferId + " came twice";
        taken[bufferId] = true;
        outstanding++;
        return bufferId;
    }

    /** Gives a buffer back; the kernel sees it after {@link #publish}. */
    public void recycle(final int bufferId) {
        assert taken[bufferId] : "buffer " + bufferId + " was not taken";
        taken[bufferId] = false;
        outstanding--;
        offer(bufferId);
    }

    /** Shows the kernel what was recycled; once a batch, before the next enter. */
    public void publish() {
        SHORT.setRelease(entries, TAIL_OFFSET, (short) tail);
    }

    private void offer(final int bufferId) {
        final long at = (tail & mask) * ENTRY_LENGTH;
        entries.set(ValueLayout.JAVA_LONG, at, data.address() + offset(bufferId));
        entries.set(ValueLayout.JAVA_INT, at + 8, bufferLength);
        entries.set(ValueLayout.JAVA_SHORT, at + 12, (short) bufferId);
        tail++;
    }

    /** Unregisters, and frees the memory only when the kernel has let go of it. */
    void close(final KernelRing kernel, final boolean quiescent) {
        kernel.unregisterBufferRing(group);
        if (quiescent) {
            free(ringMemory, bufferMemory);
        }
    }

    private static void free(final NativeMemory ringMemory, final NativeMemory bufferMemory) {
        if (bufferMemory != null) {
            bufferMemory.close();
        }
        if (ringMemory != null) {
            ringMemory.close();
        }
    }
}
