package io.ouli.uring;

import io.ouli.ffm.ErrnoCapture;
import io.ouli.ffm.NativeException;
import io.ouli.ffm.generated.LibcHeader;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import static io.ouli.ffm.generated.IoUringHeader.IORING_SETUP_CLAMP;
import static io.ouli.ffm.generated.IoUringHeader.IORING_SETUP_COOP_TASKRUN;
import static io.ouli.ffm.generated.IoUringHeader.IORING_SETUP_CQSIZE;
import static io.ouli.ffm.generated.IoUringHeader.IORING_SETUP_DEFER_TASKRUN;
import static io.ouli.ffm.generated.IoUringHeader.IORING_SETUP_NO_SQARRAY;
import static io.ouli.ffm.generated.IoUringHeader.IORING_SETUP_R_DISABLED;
import static io.ouli.ffm.generated.IoUringHeader.IORING_SETUP_SINGLE_ISSUER;
import static io.ouli.ffm.generated.IoUringHeader.IORING_SETUP_SUBMIT_ALL;

/**
 * Makes rings with the best flags that the kernel takes, trying lesser ones when it answers EINVAL, and remembers what
 * was refused.
 */
final class KernelRings {
    /** Flag sets that this kernel has refused; it will not change its mind. */
    private static final Set<Integer> REFUSED = ConcurrentHashMap.newKeySet();

    private KernelRings() {
    }

    /** Makes one ring in one way with one set of flags; replaced by tests to play an older kernel. */
    interface Opener {
        /**
         * Makes a ring.
         *
         * @throws NativeException if the kernel refuses.
         */
        KernelRing open(ErrnoCapture capture, int submissionEntries, MemorySegment params);
    }

    /**
     * Makes a ring, disabled where the kernel can, so that the thread that enables it becomes its owner.
     *
     * @throws RingException if the kernel refuses every set of flags.
     */
    static KernelRing open(final RingOptions options, final RingFeatures features) {
        final ErrnoCapture capture = new ErrnoCapture();
        if (features.isEnabled(RingFeature.LIBURING)) {
            final RingFeatures known = LiburingKernelRing.knowsNoSqArray(capture)
                    ? features
                    : features.without(Set.of(RingFeature.NO_SQARRAY));
            return open(capture, options, known, LiburingKernelRing::open, REFUSED);
        }
        return open(capture, options, features, SyscallKernelRing::open, REFUSED);
    }

    static KernelRing open(
            final ErrnoCapture capture,
            final RingOptions options,
            final RingFeatures features,
            final Opener opener,
            final Set<Integer> refused) {
        final List<Integer> candidates = flagSets(features);
        NativeException last = null;
        for (final int flags : candidates) {
            final boolean lowest = flags == candidates.getLast();
            if (refused.contains(flags) && !lowest) {
                continue;
            }
            final MemorySegment params = KernelRing.params(flags, options.completionEntries());
            try {
                return opener.open(capture, options.submissionEntries(), params);
            } catch (final NativeException refusal) {
                last = refusal;
                if (refusal.errno() != LibcHeader.EINVAL) {
                    break;
                }
                refused.add(flags);
            }
        }
        throw new RingException("cannot set up io_uring", last.errno());
    }

    /** {@return the sets of flags to try, best first, each with what a newer kernel brought left out} */
    static List<Integer> flagSets(final RingFeatures features) {
        // CQSIZE: 5.5. CLAMP: 5.6, so that too long a queue is shortened instead of refused.
        final int base = IORING_SETUP_CQSIZE | IORING_SETUP_CLAMP;
        final int submitAll = features.isEnabled(RingFeature.SUBMIT_ALL) ? IORING_SETUP_SUBMIT_ALL : 0;
        final int coop = features.isEnabled(RingFeature.COOP_TASKRUN) ? IORING_SETUP_COOP_TASKRUN : 0;
        final List<Integer> sets = new ArrayList<>();
        if (features.isEnabled(RingFeature.SINGLE_ISSUER)) {
            // R_DISABLED, 5.10: the thread that enables the ring is the issuer, not the one that made it.
            final int single = base | submitAll | IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_R_DISABLED;
            if (features.isEnabled(RingFeature.DEFER_TASKRUN)) {
                // NO_SQARRAY: 6.6. DEFER_TASKRUN: 6.1, and only together with SINGLE_ISSUER.
                if (features.isEnabled(RingFeature.NO_SQARRAY)) {
                    add(sets, single | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_NO_SQARRAY);
                }
                add(sets, single | IORING_SETUP_DEFER_TASKRUN);
            }
            // SINGLE_ISSUER: 6.0, and NO_SQARRAY still where deferral alone was switched off.
            if (features.isEnabled(RingFeature.NO_SQARRAY)) {
                add(sets, single | coop | IORING_SETUP_NO_SQARRAY);
            }
            add(sets, single | coop);
        }
        if (features.isEnabled(RingFeature.NO_SQARRAY)) {
            add(sets, base | submitAll | coop | IORING_SETUP_NO_SQARRAY);
        }
        // COOP_TASKRUN: 5.19. SUBMIT_ALL: 5.18.
        add(sets, base | submitAll | coop);
        add(sets, base | submitAll);
        add(sets, base);
        return sets;
    }

    private static void add(final List<Integer> sets, final int flags) {
        if (!sets.contains(flags)) {
            sets.add(flags);
        }
    }
}
