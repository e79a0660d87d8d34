package io.ouli.uring;

import io.ouli.ffm.ErrnoCapture;
import io.ouli.ffm.NativeException;
import io.ouli.ffm.generated.LibcHeader;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

import static io.ouli.ffm.generated.IoUringHeader.IORING_SETUP_CLAMP;
import static io.ouli.ffm.generated.IoUringHeader.IORING_SETUP_COOP_TASKRUN;
import static io.ouli.ffm.generated.IoUringHeader.IORING_SETUP_CQSIZE;
import static io.ouli.ffm.generated.IoUringHeader.IORING_SETUP_DEFER_TASKRUN;
import static io.ouli.ffm.generated.IoUringHeader.IORING_SETUP_NO_SQARRAY;
import static io.ouli.ffm.generated.IoUringHeader.IORING_SETUP_R_DISABLED;
import static io.ouli.ffm.generated.IoUringHeader.IORING_SETUP_SINGLE_ISSUER;
import static io.ouli.ffm.generated.IoUringHeader.IORING_SETUP_SUBMIT_ALL;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Plays kernels that know fewer flags; needs no io_uring. */
class KernelRingsTest {
    private static final int BASE = IORING_SETUP_CQSIZE | IORING_SETUP_CLAMP;
    private static final int SINGLE =
            BASE | IORING_SETUP_SUBMIT_ALL | IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_R_DISABLED;
    private static final RingFeatures ALL = RingFeatures.of(EnumSet.allOf(RingFeature.class), name -> null);

    private final List<Integer> tried = new ArrayList<>();
    private final Set<Integer> refused = new HashSet<>();

    @Test
    void shouldTakeTheBestFlagsOfACurrentKernel() {
        assertEquals(SINGLE | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_NO_SQARRAY, open(-1));
        assertEquals(1, tried.size());
    }

    @Test
    void shouldStepDownWithEachOlderKernel() {
        final int v6u6 = IORING_SETUP_NO_SQARRAY;
        final int v6u1 = v6u6 | IORING_SETUP_DEFER_TASKRUN;
        final int v6u0 = v6u1 | IORING_SETUP_SINGLE_ISSUER;
        final int v5u19 = v6u0 | IORING_SETUP_COOP_TASKRUN;
        final int v5u18 = v5u19 | IORING_SETUP_SUBMIT_ALL;
        assertEquals(SINGLE | IORING_SETUP_DEFER_TASKRUN, openFresh(~v6u6));
        assertEquals(SINGLE | IORING_SETUP_COOP_TASKRUN, openFresh(~v6u1));
        assertEquals(BASE | IORING_SETUP_SUBMIT_ALL | IORING_SETUP_COOP_TASKRUN, openFresh(~v6u0));
        assertEquals(BASE | IORING_SETUP_SUBMIT_ALL, openFresh(~v5u19));
        assertEquals(BASE, openFresh(~v5u18));
    }

    @Test
    void shouldRememberWhatWasRefused() {
        final int known = ~(IORING_SETUP_NO_SQARRAY | IORING_SETUP_DEFER_TASKRUN);
        open(known);
        assertTrue(tried.size() > 1);
        tried.clear();
        open(known);
        assertEquals(1, tried.size());
    }

    @Test
    void shouldTryNoOtherFlagsWhenTheKernelRefusesRingsAltogether() {
        final KernelRings.Opener forbidding = (capture, entries, params) -> {
            tried.add(params.get(JAVA_INT, KernelRing.FLAGS));
            throw new NativeException("cannot set up io_uring", LibcHeader.EPERM);
        };
        final RingException refusal = assertThrows(RingException.class, () -> KernelRings.open(
                new ErrnoCapture(), RingOptions.DEFAULT, ALL, forbidding, refused));
        assertEquals(LibcHeader.EPERM, refusal.errno());
        assertEquals(1, tried.size());
    }

    @Test
    void shouldFailWithInvalidWhenEvenTheLeastFlagsAreRefused() {
        final RingException refusal = assertThrows(RingException.class, () -> open(0));
        assertEquals(LibcHeader.EINVAL, refusal.errno());
        assertEquals(BASE, tried.getLast());
    }

    @Test
    void shouldLeaveOutWhatIsSwitchedOff() {
        final RingFeatures noDefer = ALL.without(Set.of(RingFeature.DEFER_TASKRUN, RingFeature.NO_SQARRAY));
        assertEquals(SINGLE | IORING_SETUP_COOP_TASKRUN, KernelRings.flagSets(noDefer).getFirst());
        final RingFeatures noSingle = ALL.without(Set.of(RingFeature.SINGLE_ISSUER));
        for (final int flags : KernelRings.flagSets(noSingle)) {
            assertEquals(0, flags & (IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN));
        }
        final RingFeatures nothing = ALL.without(EnumSet.allOf(RingFeature.class));
        assertEquals(List.of(BASE), KernelRings.flagSets(nothing));
    }

    private int openFresh(final int knownFlags) {
        refused.clear();
        return open(knownFlags);
    }

    /** Opens a ring of a kernel that knows some flags, and returns those that it took. */
    private int open(final int knownFlags) {
        final KernelRings.Opener opener = (capture, entries, params) -> {
            final int flags = params.get(JAVA_INT, KernelRing.FLAGS);
            tried.add(flags);
            if ((flags & ~knownFlags) != 0) {
                throw new NativeException("cannot set up io_uring", LibcHeader.EINVAL);
            }
            return new FakeKernel(4, 8);
        };
        KernelRings.open(new ErrnoCapture(), RingOptions.DEFAULT, ALL, opener, refused);
        return tried.getLast();
    }
}
