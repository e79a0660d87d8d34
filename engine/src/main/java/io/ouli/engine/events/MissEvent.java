package io.ouli.engine.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** {@code ouli.Miss}: no recording answers a request. */
@Name("ouli.Miss")
@Label("Miss")
@Category("Ouli")
@Description("No recording answers a request")
@Enabled(false)
@StackTrace(false)
public final class MissEvent extends Event {
    @Label("Session")
    private String session;

    @Label("Reason")
    private String reason;

    private MissEvent() {
    }

    /** Tells of one; only while {@link Events#on}. */
    public static void tell(final String session, final Enum<?> reason) {
        final MissEvent event = new MissEvent();
        if (event.shouldCommit()) {
            event.session = session;
            event.reason = reason.name();
            event.commit();
        }
    }
}
