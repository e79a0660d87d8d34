package io.ouli.engine.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** {@code ouli.Commit}: interactions reached the disk together. */
@Name("ouli.Commit")
@Label("Commit")
@Category("Ouli")
@Description("Interactions reached the disk together")
@Enabled(false)
@StackTrace(false)
public final class CommitEvent extends Event {
    @Label("Sessions")
    private int sessions;

    private CommitEvent() {
    }

    /** Begins one; only while {@link Events#on}. */
    public static CommitEvent begun() {
        final CommitEvent event = new CommitEvent();
        event.begin();
        return event;
    }

    /** Ends it. */
    public void done(final int itsSessions) {
        end();
        if (shouldCommit()) {
            sessions = itsSessions;
            commit();
        }
    }
}
