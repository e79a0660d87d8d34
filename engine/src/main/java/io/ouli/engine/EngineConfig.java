package io.ouli.engine;

import io.ouli.engine.match.Exhausted;
import io.ouli.engine.match.MatchMode;
import io.ouli.engine.recording.Durability;
import io.ouli.engine.recording.ExistingPolicy;
import io.ouli.engine.recording.RecordingOptions;
import io.ouli.engine.recording.Residency;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Objects;

/**
 * The configuration of an engine.
 *
 * @param directory           the folder of the recordings, one file per session.
 * @param mode                what is done with a request.
 * @param existing            what happens if a session already has a recording, in mode {@link Mode#RECORD}.
 * @param durability          when an interaction is forced to disk.
 * @param commitIntervalNanos how long an interaction waits at most for its commit, with {@link Durability#INTERVAL}.
 * @param matchMode           in which order a replay accepts requests.
 * @param exhausted           what answers a request whose recorded replies have all been used.
 * @param clock               the source of times in recordings; the same clock and interactions give the same bytes.
 * @param maxSessions         how many sessions may be live at once.
 * @param residentBudgetBytes how much of the recordings is loaded into memory; other replies are read on request.
 */
public record EngineConfig(
        Path directory,
        Mode mode,
        ExistingPolicy existing,
        Durability durability,
        long commitIntervalNanos,
        MatchMode matchMode,
        Exhausted exhausted,
        InstantSource clock,
        int maxSessions,
        long residentBudgetBytes) {
    /**
     * Checks the values.
     *
     * @throws NullPointerException if one is missing; names it.
     * @throws OuliException        if one is out of range.
     */
    public EngineConfig {
        Objects.requireNonNull(directory, "directory");
        Objects.requireNonNull(mode, "mode");
        Objects.requireNonNull(existing, "existing");
        Objects.requireNonNull(durability, "durability");
        Objects.requireNonNull(matchMode, "matchMode");
        Objects.requireNonNull(exhausted, "exhausted");
        Objects.requireNonNull(clock, "clock");
        if (commitIntervalNanos <= 0) {
            throw new OuliException("the commit interval is " + commitIntervalNanos + " ns; give more than 0");
        }
        if (maxSessions < 1) {
            throw new OuliException("the most live sessions are " + maxSessions + "; give at least 1");
        }
        if (residentBudgetBytes < 0) {
            throw new OuliException("the resident budget is " + residentBudgetBytes + " bytes; give at least 0");
        }
    }

    /** Begins a configuration for a folder with the defaults: replay, matching by key, repeating the last reply. */
    public static Builder builder(final Path directory) {
        return new Builder(directory);
    }

    /** Collects the values of one configuration. */
    public static final class Builder {
        private final Path directory;
        private Mode mode = Mode.REPLAY;
        private ExistingPolicy existing = ExistingPolicy.FAIL;
        private Durability durability = Durability.INTERVAL;
        private long commitIntervalNanos = RecordingOptions.DEFAULT_COMMIT_INTERVAL_NANOS;
        private MatchMode matchMode = MatchMode.KEY;
        private Exhausted exhausted = Exhausted.REPEAT;
        private InstantSource clock = InstantSource.system();
        private int maxSessions = Limits.MAX_SESSIONS;
        private long residentBudgetBytes = Residency.DEFAULT_BUDGET_BYTES;

        private Builder(final Path directory) {
            this.directory = directory;
        }

        /** Sets what is done with a request; replay if not called. */
        public Builder mode(final Mode value) {
            mode = value;
            return this;
        }

        /** Sets what happens to a recording that is there, in mode record; refused if not called. */
        public Builder existing(final ExistingPolicy value) {
            existing = value;
            return this;
        }

        /** Sets when an interaction is on disk; within 50 ms if not called. */
        public Builder durability(final Durability value) {
            durability = value;
            return this;
        }

        /** Sets how long an interaction waits for its commit at most; 50 ms if not called. */
        public Builder commitIntervalNanos(final long value) {
            commitIntervalNanos = value;
            return this;
        }

        /** Sets which order of requests a replay accepts; any if not called. */
        public Builder matchMode(final MatchMode value) {
            matchMode = value;
            return this;
        }

        /** Sets what a request gets whose replies were all used; the last one if not called. */
        public Builder exhausted(final Exhausted value) {
            exhausted = value;
            return this;
        }

        /** Sets what gives the times in recordings; the system's if not called. */
        public Builder clock(final InstantSource value) {
            clock = value;
            return this;
        }

        /** Sets how many sessions may be live at once. */
        public Builder maxSessions(final int value) {
            maxSessions = value;
            return this;
        }

        /** Sets how much of all recordings is brought into memory; 1 GiB if not called. */
        public Builder residentBudgetBytes(final long value) {
            residentBudgetBytes = value;
            return this;
        }

        /** {@return the configuration, checked} */
        public EngineConfig build() {
            return new EngineConfig(directory, mode, existing, durability, commitIntervalNanos, matchMode, exhausted,
                    clock, maxSessions, residentBudgetBytes);
        }
    }
}
