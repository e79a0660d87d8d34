package io.ouli.engine.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** {@code ouli.Section}: a part of the embedder's program ran. */
@Name("ouli.Section")
@Label("Section")
@Category("Ouli")
@Description("A part of the program that Profile.section names")
@Enabled(false)
@StackTrace(false)
public final class SectionEvent extends Event {
    @Label("Section")
    private String section;

    private SectionEvent() {
    }

    /** Begins one; only while {@link Events#on}. */
    public static SectionEvent begun(final String name) {
        final SectionEvent event = new SectionEvent();
        event.section = name;
        event.begin();
        return event;
    }

    /** Ends it. */
    public void done() {
        end();
        if (shouldCommit()) {
            commit();
        }
    }
}
