package io.ouli.engine;

import io.ouli.engine.events.Events;
import io.ouli.engine.events.SectionEvent;

/**
 * Names parts of a program for profilers: while a flight recording runs that has {@code ouli.Section} enabled, each
 * part is an event with its name and duration; otherwise it costs one look at a field and allocates nothing.
 *
 * <pre>{@code
 * try (Profile.Section parsing = Profile.section("parse")) {
 *     parse(reply);
 * }
 * }</pre>
 */
public final class Profile {
    private static final Section NONE = new Section(null);

    private Profile() {
    }

    /** Begins a part; its {@link Section#close} ends it. Parts may lie in each other. */
    public static Section section(final String name) {
        return Events.on() ? new Section(SectionEvent.begun(name)) : NONE;
    }

    /** A part that has begun. */
    public static final class Section implements AutoCloseable {
        private final SectionEvent event;

        private Section(final SectionEvent event) {
            this.event = event;
        }

        @Override
        public void close() {
            if (event != null) {
                event.done();
            }
        }
    }
}
