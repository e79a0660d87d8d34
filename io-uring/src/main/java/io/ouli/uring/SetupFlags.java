package io.ouli.uring;

import io.ouli.ffm.generated.IoUringHeader;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Reads the flags that a ring was set up with. */
final class SetupFlags {
    private SetupFlags() {
    }

    static boolean isDisabled(final int flags) {
        return (flags & IoUringHeader.IORING_SETUP_R_DISABLED) != 0;
    }

    /** {@return the features that a ring with these flags does without} */
    static Set<RingFeature> missing(final int flags) {
        final Set<RingFeature> missing = EnumSet.noneOf(RingFeature.class);
        addIfMissing(missing, RingFeature.SINGLE_ISSUER, flags, IoUringHeader.IORING_SETUP_SINGLE_ISSUER);
        addIfMissing(missing, RingFeature.DEFER_TASKRUN, flags, IoUringHeader.IORING_SETUP_DEFER_TASKRUN);
        // Deferral includes cooperation, so that either flag has the latter.
        addIfMissing(
                missing,
                RingFeature.COOP_TASKRUN,
                flags,
                IoUringHeader.IORING_SETUP_COOP_TASKRUN | IoUringHeader.IORING_SETUP_DEFER_TASKRUN);
        addIfMissing(missing, RingFeature.SUBMIT_ALL, flags, IoUringHeader.IORING_SETUP_SUBMIT_ALL);
        addIfMissing(missing, RingFeature.NO_SQARRAY, flags, IoUringHeader.IORING_SETUP_NO_SQARRAY);
        return missing;
    }

    private static void addIfMissing(
            final Set<RingFeature> missing, final RingFeature feature, final int flags, final int flag) {
        if ((flags & flag) == 0) {
            missing.add(feature);
        }
    }

    /** {@return the names of the flags that matter, joined by a bar} */
    static String describe(final int flags) {
        final List<String> names = new ArrayList<>();
        add(names, flags, IoUringHeader.IORING_SETUP_SINGLE_ISSUER, "SINGLE_ISSUER");
        add(names, flags, IoUringHeader.IORING_SETUP_DEFER_TASKRUN, "DEFER_TASKRUN");
        add(names, flags, IoUringHeader.IORING_SETUP_COOP_TASKRUN, "COOP_TASKRUN");
        add(names, flags, IoUringHeader.IORING_SETUP_SUBMIT_ALL, "SUBMIT_ALL");
        add(names, flags, IoUringHeader.IORING_SETUP_NO_SQARRAY, "NO_SQARRAY");
        return names.isEmpty() ? "no flags" : String.join("|", names);
    }

    private static void add(final List<String> names, final int flags, final int flag, final String name) {
        if ((flags & flag) != 0) {
            names.add(name);
        }
    }
}
