package io.ouli.engine.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** {@code ouli.Stall}: a turn of a worker's loop took too long. */
@Name("ouli.Stall")
@Label("Stall")
@Category("Ouli")
@Description("A turn of a worker's loop took over 1 ms without waiting; told when it has ended")
@Enabled(false)
@StackTrace(false)
public final class StallEvent extends Event {
    @Label("Worker")
    private String worker;

    @Label("Turn")
    @Timespan(Timespan.NANOSECONDS)
    private long turn;

    private StallEvent() {
    }

    /** Tells of one; only while {@link Events#on}. */
    public static void tell(final String worker, final long turnNanos) {
        final StallEvent event = new StallEvent();
        if (event.shouldCommit()) {
            event.worker = worker;
            event.turn = turnNanos;
            event.commit();
        }
    }
}
