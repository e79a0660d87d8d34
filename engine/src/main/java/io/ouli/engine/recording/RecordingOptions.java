package io.ouli.engine.recording;

import io.ouli.engine.recording.disk.DiskQueue;
import io.ouli.engine.recording.storage.Storage;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * How a recording is written.
 *
 * @param existing            what happens when there is one already.
 * @param durability          when an interaction is on disk.
 * @param commitIntervalNanos how long an interaction waits at most for its commit, for {@link Durability#INTERVAL}.
 * @param policyHash          32 bytes that stand for the redaction policy; zeros when there is none.
 * @param epochNanos          the clock, nanoseconds since 1970-01-01 UTC; the same clock gives the same file.
 * @param limits              of the file.
 * @param pool                lends what a recovery copies through.
 * @param storage             the disk.
 * @param queue               gives what carries out writes, on the thread that appends; null for a writer of its own.
 */
public record RecordingOptions(
        ExistingPolicy existing,
        Durability durability,
        long commitIntervalNanos,
        byte[] policyHash,
        LongSupplier epochNanos,
        RecordingLimits limits,
        FramePool pool,
        Storage storage,
        Supplier<DiskQueue> queue) {
    /** The interval of {@link Durability#INTERVAL} unless told otherwise: 50 ms. */
    public static final long DEFAULT_COMMIT_INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if the hash has not 32 bytes.
     */
    public RecordingOptions {
        if (policyHash.length != FileHeader.POLICY_BYTES) {
            throw new IllegalArgumentException("policyHash must have 32 bytes: " + policyHash.length);
        }
    }

    /** {@return the defaults: refuse an existing recording, commit every 50 ms, no policy, the system's clock} */
    public static RecordingOptions of(final FramePool pool) {
        return new RecordingOptions(
                ExistingPolicy.FAIL,
                Durability.INTERVAL,
                DEFAULT_COMMIT_INTERVAL_NANOS,
                new byte[FileHeader.POLICY_BYTES],
                RecordingOptions::systemNanos,
                RecordingLimits.DEFAULT,
                pool,
                Storage.files(),
                () -> null);
    }

    /** {@return these options with another choice of what happens to a recording that is there} */
    public RecordingOptions withExisting(final ExistingPolicy policy) {
        return new RecordingOptions(
                policy, durability, commitIntervalNanos, policyHash, epochNanos, limits, pool, storage, queue);
    }

    /** {@return these options with another durability; the interval is in nanoseconds} */
    public RecordingOptions withDurability(final Durability newDurability, final long newCommitIntervalNanos) {
        return new RecordingOptions(
                existing, newDurability, newCommitIntervalNanos, policyHash, epochNanos, limits, pool, storage, queue);
    }

    /** {@return these options with the 32 bytes of a redaction policy} */
    public RecordingOptions withPolicyHash(final byte[] hash) {
        return new RecordingOptions(
                existing, durability, commitIntervalNanos, hash, epochNanos, limits, pool, storage, queue);
    }

    /** {@return these options with another clock, nanoseconds since 1970-01-01 UTC} */
    public RecordingOptions withClock(final LongSupplier clock) {
        return new RecordingOptions(
                existing, durability, commitIntervalNanos, policyHash, clock, limits, pool, storage, queue);
    }

    /** {@return these options with other limits} */
    public RecordingOptions withLimits(final RecordingLimits newLimits) {
        return new RecordingOptions(
                existing, durability, commitIntervalNanos, policyHash, epochNanos, newLimits, pool, storage, queue);
    }

    /** {@return these options for another disk} */
    public RecordingOptions withStorage(final Storage newStorage) {
        return new RecordingOptions(
                existing, durability, commitIntervalNanos, policyHash, epochNanos, limits, pool, newStorage, queue);
    }

    /** {@return these options with a queue that the owner of several writers shares among them} */
    public RecordingOptions withQueue(final Supplier<DiskQueue> newQueue) {
        return new RecordingOptions(
                existing, durability, commitIntervalNanos, policyHash, epochNanos, limits, pool, storage, newQueue);
    }

    private static long systemNanos() {
        final Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }
}
