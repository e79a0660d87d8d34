package io.ouli.engine.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** {@code ouli.Ring}: a worker's ring, or selector, was asked what has happened. */
@Name("ouli.Ring")
@Label("Ring")
@Category("Ouli")
@Description("A worker's ring, or selector, was asked what has happened, and had something")
@Enabled(false)
@StackTrace(false)
public final class RingEvent extends Event {
    @Label("Worker")
    private String worker;

    @Label("Handled")
    @Description("Events handed out by this poll")
    private int handled;

    @Label("Enter calls")
    @Description("Calls of io_uring_enter or select so far")
    private long enterCalls;

    @Label("Submission queue full")
    @Description("Times so far that the submission queue was full")
    private long submissionQueueFull;

    @Label("Completion queue overflows")
    @Description("Turns so far in which completions had overflowed their queue")
    private long completionQueueOverflows;

    private RingEvent() {
    }

    /** Begins one; only while {@link Events#on}. */
    public static RingEvent begun() {
        final RingEvent event = new RingEvent();
        event.begin();
        return event;
    }

    /** Ends it. */
    public void done(final String itsWorker, final int itsHandled, final long enters, final long full,
            final long overflows) {
        end();
        if (itsHandled > 0 && shouldCommit()) {
            worker = itsWorker;
            handled = itsHandled;
            enterCalls = enters;
            submissionQueueFull = full;
            completionQueueOverflows = overflows;
            commit();
        }
    }
}
