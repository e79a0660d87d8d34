package io.ouli.uring;

import io.ouli.ffm.generated.LibcHeader;

import static io.ouli.ffm.generated.IoUringHeader.IORING_ENTER_EXT_ARG;
import static io.ouli.ffm.generated.IoUringHeader.IORING_ENTER_GETEVENTS;
import static io.ouli.ffm.generated.IoUringHeader.IORING_SQ_CQ_OVERFLOW;

/**
 * Enters the kernel and copes with its refusals: EINTR is tried again with what is left of the time, EAGAIN and EBUSY
 * after room was made among the completions, a submission that was taken in part is carried on.
 */
final class RingEntry {
    /** Refusals in a row after which the ring is given up; the kernel is then out of memory for good. */
    private static final int MAX_REFUSALS = 1_000;

    private static final int EINTR = LibcHeader.EINTR;
    private static final int EAGAIN = LibcHeader.EAGAIN;
    private static final int EBUSY = LibcHeader.EBUSY;
    private static final int ETIME = LibcHeader.ETIME;
    private static final int GETEVENTS = IORING_ENTER_GETEVENTS;
    private static final int EXT_ARG = IORING_ENTER_EXT_ARG;
    private static final int CQ_OVERFLOW = IORING_SQ_CQ_OVERFLOW;

    private final EnterCall call;
    private final SubmissionQueue submissions;
    private final CompletionQueue completions;
    private final RingCounters counters;
    private final WaitArgument waitArgument = new WaitArgument();

    RingEntry(
            final EnterCall call,
            final SubmissionQueue submissions,
            final CompletionQueue completions,
            final RingCounters counters) {
        this.call = call;
        this.submissions = submissions;
        this.completions = completions;
        this.counters = counters;
    }

    int submitAndWait(final int minComplete, final long timeoutNanos) {
        // What was set aside counts as complete, and the kernel knows nothing of it.
        int wanted = timeoutNanos == 0 ? 0 : Math.max(0, minComplete - completions.setAside());
        final long deadline = wanted > 0 && timeoutNanos > 0 ? System.nanoTime() + timeoutNanos : 0;
        long remaining = timeoutNanos;
        int refusals = 0;
        while (true) {
            final int pending = submissions.publish();
            final int result = wanted > 0 && remaining > 0
                    ? enter(pending, wanted, GETEVENTS | EXT_ARG, remaining)
                    : enter(pending, wanted, GETEVENTS, -1);
            if (result >= 0) {
                if (result >= pending) {
                    break;
                }
                // Taken in part: the kernel returned without waiting.
                refusals = result > 0 ? 0 : onRefused(refusals, EAGAIN);
            } else if (result == -ETIME) {
                break;
            } else if (result == -EINTR) {
                counters.onInterrupted();
                if (deadline != 0) {
                    remaining = deadline - System.nanoTime();
                    if (remaining <= 0) {
                        break;
                    }
                }
            } else {
                refusals = onRefused(refusals, -result);
            }
            wanted = Math.min(wanted, Math.max(0, minComplete - completions.setAside()));
        }
        if ((submissions.kernelFlags() & CQ_OVERFLOW) != 0) {
            counters.onCompletionQueueOverflow();
        }
        return completions.ready();
    }

    /** Hands over every prepared operation without waiting; completions stay where they are, or are set aside. */
    void flush() {
        int refusals = 0;
        int pending = submissions.publish();
        while (pending > 0) {
            final int result = enter(pending, 0, 0, -1);
            if (result == -EINTR) {
                counters.onInterrupted();
            } else if (result <= 0) {
                refusals = onRefused(refusals, result == 0 ? EAGAIN : -result);
            }
            pending = submissions.pending();
        }
    }

    private int enter(final int toSubmit, final int minComplete, final int flags, final long timeoutNanos) {
        counters.onEnter();
        final int result = timeoutNanos > 0
                ? call.enter(
                        toSubmit,
                        minComplete,
                        flags,
                        waitArgument.nanos(timeoutNanos),
                        WaitArgument.ARGUMENT_LENGTH)
                : call.enter(toSubmit, minComplete, flags, 0, 0);
        if (result > 0) {
            counters.onSubmitted(result);
        }
        return result;
    }

    /** Makes room and lets the kernel work off what it holds back; fails when that has not helped for long. */
    private int onRefused(final int refusals, final int errno) {
        if (errno != EAGAIN && errno != EBUSY) {
            throw new RingException("io_uring_enter failed", errno);
        }
        if (refusals >= MAX_REFUSALS) {
            throw new RingException("the kernel has refused submissions " + refusals + " times in a row", errno);
        }
        counters.onRefused();
        completions.moveAside();
        enter(0, 0, GETEVENTS, -1);
        completions.moveAside();
        if (refusals > 0) {
            Thread.yield();
        }
        return refusals + 1;
    }
}
