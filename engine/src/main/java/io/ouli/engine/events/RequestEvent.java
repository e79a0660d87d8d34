package io.ouli.engine.events;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** {@code ouli.Request}: a request was looked up, or forwarded and recorded. */
@Name("ouli.Request")
@Label("Request")
@Category("Ouli")
@Description("A request was looked up in a recording, or forwarded and recorded")
@Enabled(false)
@StackTrace(false)
public final class RequestEvent extends Event {
    @Label("Session")
    private String session;

    @Label("Outcome")
    private String outcome;

    @Label("Reply")
    @DataAmount
    private long replyBytes;

    private RequestEvent() {
    }

    /** Begins one; only while {@link Events#on}. */
    public static RequestEvent begun() {
        final RequestEvent event = new RequestEvent();
        event.begin();
        return event;
    }

    /**
     * Ends it.
     *
     * @param itsReplyBytes 0 without a reply.
     */
    public void done(final String itsSession, final Enum<?> itsOutcome, final long itsReplyBytes) {
        end();
        if (shouldCommit()) {
            session = itsSession;
            outcome = itsOutcome.name();
            replyBytes = itsReplyBytes;
            commit();
        }
    }
}
