package io.ouli.uring;

import io.ouli.ffm.generated.IoUringHeader;

/** Reads the flags of a completion. */
public final class Completions {
    private static final int BUFFER = IoUringHeader.IORING_CQE_F_BUFFER;
    private static final int MORE = IoUringHeader.IORING_CQE_F_MORE;
    private static final int BUFFER_SHIFT = IoUringHeader.IORING_CQE_BUFFER_SHIFT;

    private Completions() {
    }

    /** {@return true when the same operation will complete again; false ends a multishot: arm it anew} */
    public static boolean hasMore(final int flags) {
        return (flags & MORE) != 0;
    }

    /** {@return true when a provided buffer was used, which must be handed back} */
    public static boolean hasBuffer(final int flags) {
        return (flags & BUFFER) != 0;
    }

    /** {@return the id of the provided buffer that was used} */
    public static int bufferId(final int flags) {
        return flags >>> BUFFER_SHIFT;
    }
}
