package io.ouli.ffm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;
import java.util.Optional;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

/**
 * The functions of liburing that set up, register with and tear down a ring. The library is optional: ask
 * {@link #available()} first. Results are zero or more, or the negative errno.
 *
 * <p>What is read of {@code struct io_uring}, 216 bytes, whose layout is part of the library's stable ABI:
 * <pre>
 *   offset  56  address of the submission entries
 *   offset  72  length of the mapping of both queues
 *   offset  80  address of that mapping
 *   offset 192  set-up flags
 *   offset 196  descriptor
 * </pre>
 */
public final class Liburing {
    static final long RING_LENGTH = 216;
    static final long ENTRIES_OFFSET = 56;
    static final long QUEUES_LENGTH_OFFSET = 72;
    static final long QUEUES_OFFSET = 80;
    static final long FLAGS_OFFSET = 192;
    static final long FD_OFFSET = 196;

    private static final String LIBRARY = "liburing.so.2";

    private Liburing() {
    }

    /** Linked when liburing is first asked for, so that a process that never does pays nothing. */
    private static final class Functions {
        private static final Optional<SymbolLookup> LOOKUP = load();
        private static final MethodHandle QUEUE_INIT_PARAMS = link("io_uring_queue_init_params");
        private static final MethodHandle QUEUE_EXIT = link("io_uring_queue_exit");
        private static final MethodHandle REGISTER_PROBE = link("io_uring_register_probe");
        private static final MethodHandle REGISTER_BUF_RING = link("io_uring_register_buf_ring");
        private static final MethodHandle UNREGISTER_BUF_RING = link("io_uring_unregister_buf_ring");
        private static final MethodHandle REGISTER_BUFFERS = link("io_uring_register_buffers");
        private static final MethodHandle UNREGISTER_BUFFERS = link("io_uring_unregister_buffers");
        private static final MethodHandle REGISTER_IOWQ_MAX_WORKERS = link("io_uring_register_iowq_max_workers");
        // Both came with 2.4, the release after Debian 12's.
        private static final MethodHandle MAJOR_VERSION = link("io_uring_major_version");
        private static final MethodHandle MINOR_VERSION = link("io_uring_minor_version");

        private static Optional<SymbolLookup> load() {
            try {
                return Optional.of(SymbolLookup.libraryLookup(LIBRARY, Arena.global()));
            } catch (final IllegalArgumentException notInstalled) {
                return Optional.empty();
            }
        }

        private static MethodHandle link(final String name) {
            return LOOKUP.flatMap(lookup -> Downcall.link(lookup, name)).orElse(null);
        }
    }

    /** {@return true when the library is installed and has every function that is needed (2.2 and later do)} */
    public static boolean available() {
        return Functions.QUEUE_INIT_PARAMS != null
                && Functions.QUEUE_EXIT != null
                && Functions.REGISTER_PROBE != null
                && Functions.REGISTER_BUF_RING != null
                && Functions.UNREGISTER_BUF_RING != null
                && Functions.REGISTER_BUFFERS != null
                && Functions.UNREGISTER_BUFFERS != null
                && Functions.REGISTER_IOWQ_MAX_WORKERS != null;
    }

    /** {@return one line that names the reason, or null when liburing is available} */
    public static String unavailabilityCause() {
        if (Functions.LOOKUP.isEmpty()) {
            return LIBRARY + " is not installed";
        }
        return available() ? null : LIBRARY + " is older than 2.2";
    }

    /** {@return the minor version of liburing 2; 3 for 2.3 and older, which cannot say} */
    public static int minorVersion(final ErrnoCapture capture) {
        if (Functions.MAJOR_VERSION == null || Functions.MINOR_VERSION == null) {
            return 3;
        }
        final int major = (int) Downcall.call(Functions.MAJOR_VERSION, capture, 0);
        final int minor = (int) Downcall.call(Functions.MINOR_VERSION, capture, 0);
        return major > 2 ? Integer.MAX_VALUE : minor;
    }

    /** {@return memory for one {@code struct io_uring}; it must outlive the ring} */
    public static MemorySegment allocateRing(final Arena arena) {
        return arena.allocate(RING_LENGTH, Long.BYTES);
    }

    /** Makes a ring and maps its queues; {@code ring} is from {@link #allocateRing}. */
    public static int queueInit(
            final ErrnoCapture capture, final int entries, final MemorySegment ring, final MemorySegment params) {
        // liburing returns the negative errno itself and leaves errno alone.
        final long result = Downcall.call(
                Functions.QUEUE_INIT_PARAMS, capture, entries, Downcall.pointer(ring), Downcall.pointer(params));
        Reference.reachabilityFence(ring);
        Reference.reachabilityFence(params);
        return (int) result;
    }

    /** Unmaps the queues and closes the ring's descriptor. */
    public static void queueExit(final ErrnoCapture capture, final MemorySegment ring) {
        Downcall.call(Functions.QUEUE_EXIT, capture, Downcall.pointer(ring));
        Reference.reachabilityFence(ring);
    }

    /**
     * Asks which of so many operations the kernel knows.
     *
     * @return 0, or a negative errno.
     */
    public static int registerProbe(
            final ErrnoCapture capture, final MemorySegment ring, final MemorySegment probe, final int operations) {
        return ringCall(Functions.REGISTER_PROBE, capture, ring, probe, operations);
    }

    /**
     * Registers a ring of buffers (Linux 5.19).
     *
     * @return 0, or a negative errno.
     */
    public static int registerBufRing(
            final ErrnoCapture capture, final MemorySegment ring, final MemorySegment registration) {
        return ringCall(Functions.REGISTER_BUF_RING, capture, ring, registration, 0);
    }

    /**
     * Takes back a ring of buffers by its group.
     *
     * @return 0, or a negative errno.
     */
    public static int unregisterBufRing(final ErrnoCapture capture, final MemorySegment ring, final int group) {
        final long result = Downcall.call(Functions.UNREGISTER_BUF_RING, capture, Downcall.pointer(ring), group);
        Reference.reachabilityFence(ring);
        return (int) result;
    }

    /**
     * Registers buffers given as {@code count} iovecs.
     *
     * @return 0, or a negative errno.
     */
    public static int registerBuffers(
            final ErrnoCapture capture, final MemorySegment ring, final MemorySegment vectors, final int count) {
        return ringCall(Functions.REGISTER_BUFFERS, capture, ring, vectors, count);
    }

    /**
     * Takes all registered buffers back.
     *
     * @return 0, or a negative errno.
     */
    public static int unregisterBuffers(final ErrnoCapture capture, final MemorySegment ring) {
        return ringCall(Functions.UNREGISTER_BUFFERS, capture, ring, MemorySegment.NULL, 0);
    }

    /** Caps the ring's helper threads; {@code values} is two ints, bounded and unbounded, replaced by the old ones. */
    public static int registerIowqMaxWorkers(
            final ErrnoCapture capture, final MemorySegment ring, final MemorySegment values) {
        return ringCall(Functions.REGISTER_IOWQ_MAX_WORKERS, capture, ring, values, 0);
    }

    /** {@return the descriptor of a ring that {@link #queueInit} made} */
    public static int ringFd(final MemorySegment ring) {
        return ring.get(JAVA_INT, FD_OFFSET);
    }

    /** {@return the flags that a ring really has; liburing may add some of its own} */
    public static int flags(final MemorySegment ring) {
        return ring.get(JAVA_INT, FLAGS_OFFSET);
    }

    /** {@return the mapping that holds both queues, as one bounded segment that lives as long as the ring} */
    public static MemorySegment queueMemory(final MemorySegment ring) {
        return NativeMemory.view(ring.get(JAVA_LONG, QUEUES_OFFSET), ring.get(JAVA_LONG, QUEUES_LENGTH_OFFSET));
    }

    /** {@return the mapping of the submission entries, as one bounded segment that lives as long as the ring} */
    public static MemorySegment entryMemory(final MemorySegment ring, final long length) {
        return NativeMemory.view(ring.get(JAVA_LONG, ENTRIES_OFFSET), length);
    }

    private static int ringCall(
            final MethodHandle function,
            final ErrnoCapture capture,
            final MemorySegment ring,
            final MemorySegment argument,
            final int last) {
        final long result =
                Downcall.call(function, capture, Downcall.pointer(ring), Downcall.pointer(argument), last);
        Reference.reachabilityFence(ring);
        Reference.reachabilityFence(argument);
        return (int) result;
    }
}
