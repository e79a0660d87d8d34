package io.ouli.uring;

import io.ouli.ffm.Errno;
import io.ouli.ffm.ErrnoCapture;
import io.ouli.ffm.Liburing;
import io.ouli.ffm.NativeException;
import io.ouli.ffm.NativeMemory;
import io.ouli.ffm.generated.IoUringHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

/**
 * What was found out about this machine by making one small ring.
 *
 * @param features null when there is no io_uring.
 * @param flags    the set-up flags that the kernel took.
 * @param cause    why there is no io_uring, or null.
 */
record Probe(RingFeatures features, int flags, String cause) {
    /** {@code struct io_uring_probe}: last operation 1 | operations 1 | reserved 14; then 8 bytes an operation. */
    static final long HEADER_LENGTH = 16;
    /** {@code struct io_uring_probe_op}: operation 1 | reserved 1 | flags 2 | reserved 4. */
    static final long OPERATION_LENGTH = 8;
    static final long OPERATION_FLAGS = 2;

    private static final int PROBED_OPERATIONS = 256;

    /** What a kernel must have; 5.11 is the first with all of it. */
    private static final int[] REQUIRED_OPERATIONS = {
        IoUringHeader.IORING_OP_NOP,
        IoUringHeader.IORING_OP_FSYNC,
        IoUringHeader.IORING_OP_READ_FIXED,
        IoUringHeader.IORING_OP_WRITE_FIXED,
        IoUringHeader.IORING_OP_POLL_ADD,
        IoUringHeader.IORING_OP_SENDMSG,
        IoUringHeader.IORING_OP_ACCEPT,
        IoUringHeader.IORING_OP_ASYNC_CANCEL,
        IoUringHeader.IORING_OP_CONNECT,
        IoUringHeader.IORING_OP_FALLOCATE,
        IoUringHeader.IORING_OP_CLOSE,
        IoUringHeader.IORING_OP_READ,
        IoUringHeader.IORING_OP_WRITE,
        IoUringHeader.IORING_OP_SEND,
        IoUringHeader.IORING_OP_RECV,
        IoUringHeader.IORING_OP_SHUTDOWN};

    static Probe failed(final String cause) {
        return new Probe(null, 0, cause);
    }

    /** Probes this machine; {@code properties} holds the kill switches. */
    static Probe run(final UnaryOperator<String> properties) {
        final Set<RingFeature> everything = EnumSet.allOf(RingFeature.class);
        final KernelRing kernel;
        try {
            kernel = KernelRings.open(
                    new ErrnoCapture(),
                    RingOptions.DEFAULT.withEntries(2, 4),
                    RingFeatures.of(everything, name -> null),
                    SyscallKernelRing::open,
                    ConcurrentHashMap.newKeySet());
        } catch (final RingException refused) {
            return failed(refusal(refused.errno()));
        }
        final RingFeatures all = RingFeatures.of(everything, name -> null);
        try (Ring ring = new Ring(kernel, all, new EnterCall.Kernel(kernel.fd())).enable()) {
            final MemorySegment operations = Arena.ofAuto().allocate(
                    HEADER_LENGTH + PROBED_OPERATIONS * OPERATION_LENGTH, Long.BYTES);
            final int error = kernel.registerProbe(operations);
            if (error < 0) {
                return failed("this kernel cannot list its operations (5.6 and later can): " + Errno.describe(-error));
            }
            final String lacking = lacking(kernel, operations);
            if (lacking != null) {
                return failed("this kernel is too old, 5.11 or newer is needed: it lacks " + lacking);
            }
            ring.operations().nop(0);
            if (ring.submitAndWait(1, TimeUnit.SECONDS.toNanos(1)) != 1) {
                return failed("a ring was made, but an operation that does nothing did not complete");
            }
            ring.reap((userData, result, flags) -> { }, 1);
            return new Probe(
                    RingFeatures.of(supported(kernel, operations), properties), kernel.setupFlags(), null);
        } catch (final RingException broken) {
            return failed("a ring was made, but cannot be used: " + broken.getMessage());
        }
    }

    /** {@return one phrase for people} */
    String description() {
        return "set up by " + (features.isEnabled(RingFeature.LIBURING) ? "liburing" : "system calls") + "; "
                + features.describe();
    }

    static String refusal(final int errno) {
        return "io_uring_setup failed with " + Errno.name(errno) + ": " + Errno.ioUringRemedy(errno);
    }

    private static String lacking(final KernelRing kernel, final MemorySegment operations) {
        final List<String> names = new ArrayList<>();
        final int features = kernel.features();
        addIfMissing(names, features, IoUringHeader.IORING_FEAT_SINGLE_MMAP, "SINGLE_MMAP (5.4)");
        addIfMissing(names, features, IoUringHeader.IORING_FEAT_NODROP, "NODROP (5.5)");
        addIfMissing(names, features, IoUringHeader.IORING_FEAT_SUBMIT_STABLE, "SUBMIT_STABLE (5.5)");
        addIfMissing(names, features, IoUringHeader.IORING_FEAT_FAST_POLL, "FAST_POLL (5.7)");
        addIfMissing(names, features, IoUringHeader.IORING_FEAT_EXT_ARG, "EXT_ARG (5.11)");
        for (final int operation : REQUIRED_OPERATIONS) {
            if (!hasOperation(operations, operation)) {
                names.add("operation " + operation);
            }
        }
        return names.isEmpty() ? null : String.join(", ", names);
    }

    private static void addIfMissing(
            final List<String> names, final int features, final int feature, final String name) {
        if ((features & feature) == 0) {
            names.add(name);
        }
    }

    private static Set<RingFeature> supported(final KernelRing kernel, final MemorySegment operations) {
        final Set<RingFeature> supported = EnumSet.of(RingFeature.REGISTERED_BUFFERS);
        final int flags = kernel.setupFlags();
        addIf(supported, RingFeature.SINGLE_ISSUER, flags, IoUringHeader.IORING_SETUP_SINGLE_ISSUER);
        addIf(supported, RingFeature.DEFER_TASKRUN, flags, IoUringHeader.IORING_SETUP_DEFER_TASKRUN);
        addIf(supported, RingFeature.SUBMIT_ALL, flags, IoUringHeader.IORING_SETUP_SUBMIT_ALL);
        addIf(supported, RingFeature.NO_SQARRAY, flags, IoUringHeader.IORING_SETUP_NO_SQARRAY);
        // These have no flag to ask for; each came with an operation that can be asked for.
        if (hasOperation(operations, IoUringHeader.IORING_OP_SOCKET)) { // 5.19
            supported.add(RingFeature.COOP_TASKRUN);
            supported.add(RingFeature.MULTISHOT_ACCEPT);
            supported.add(RingFeature.CANCEL_BY_FD);
            if (takesBufferRing(kernel)) {
                supported.add(RingFeature.BUFFER_RING);
            }
        }
        if (hasOperation(operations, IoUringHeader.IORING_OP_SEND_ZC)) { // 6.0
            supported.add(RingFeature.MULTISHOT_RECV);
        }
        if (Liburing.available()) {
            supported.add(RingFeature.LIBURING);
        }
        return supported;
    }

    private static void addIf(
            final Set<RingFeature> supported, final RingFeature feature, final int flags, final int flag) {
        if ((flags & flag) != 0) {
            supported.add(feature);
        }
    }

    private static boolean hasOperation(final MemorySegment probe, final int operation) {
        final int lastOperation = probe.get(JAVA_BYTE, 0) & 0xff;
        final short flags = probe.get(JAVA_SHORT, HEADER_LENGTH + operation * OPERATION_LENGTH + OPERATION_FLAGS);
        return operation <= lastOperation && (flags & IoUringHeader.IO_URING_OP_SUPPORTED) != 0;
    }

    private static boolean takesBufferRing(final KernelRing kernel) {
        try (NativeMemory memory = NativeMemory.anonymous(new ErrnoCapture(), 4_096)) {
            final boolean taken = kernel.registerBufferRing(BufferRegistration.of(memory.address(), 1, 0)) == 0;
            if (taken) {
                kernel.unregisterBufferRing(0);
            }
            return taken;
        } catch (final NativeException refused) {
            return false;
        }
    }
}
