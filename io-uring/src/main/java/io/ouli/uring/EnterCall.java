package io.ouli.uring;

import io.ouli.ffm.ErrnoCapture;
import io.ouli.ffm.IoUringSyscalls;

/** The system call that submits and waits; tests put faults in its place that no kernel makes on demand. */
interface EnterCall {
    /**
     * Enters the kernel; blocks when {@code minComplete} is not 0.
     *
     * @return how many submissions were taken, or the negative errno.
     */
    int enter(int toSubmit, int minComplete, int flags, long argument, long argumentLength);

    /** The real one. */
    final class Kernel implements EnterCall {
        private final ErrnoCapture capture = new ErrnoCapture();
        private final int ringFd;

        Kernel(final int ringFd) {
            this.ringFd = ringFd;
        }

        @Override
        public int enter(
                final int toSubmit,
                final int minComplete,
                final int flags,
                final long argument,
                final long argumentLength) {
            return IoUringSyscalls.enter(capture, ringFd, toSubmit, minComplete, flags, argument, argumentLength);
        }
    }
}
