package io.ouli.engine.recording;

import io.ouli.engine.recording.storage.Storage;

/**
 * How a recording is opened.
 *
 * @param storage    where it lies.
 * @param limits     beyond which a file is refused.
 * @param wholeIndex whether every block of the index is checked at once, so that a damaged one is noticed before the
 *                   order of the interactions is asked for: then the file is read, and all that is sound is found.
 * @param logged     whether the log is told of what is not sealed or damaged.
 * @param residency  brings it into memory; null if whoever opens it does not mind to wait for the disk.
 * @param quick      whether a {@link SlowRecordingException} is wanted where much would have to be read.
 */
public record ReadOptions(
        Storage storage, RecordingLimits limits, boolean wholeIndex, boolean logged, Residency residency,
        boolean quick) {
    /** The operating system's files, the default limits, blocks of the index checked when they are used. */
    public static final ReadOptions DEFAULT =
            new ReadOptions(Storage.files(), RecordingLimits.DEFAULT, false, true, null, false);

    /** {@return these options for another storage and other limits} */
    public ReadOptions withStorage(final Storage otherStorage, final RecordingLimits otherLimits) {
        return new ReadOptions(otherStorage, otherLimits, wholeIndex, logged, residency, quick);
    }

    /** {@return these options with {@link #wholeIndex} or without} */
    public ReadOptions withWholeIndex(final boolean value) {
        return new ReadOptions(storage, limits, value, logged, residency, quick);
    }

    /** {@return these options without a word to the log: for who writes the recording, and knows} */
    public ReadOptions silent() {
        return new ReadOptions(storage, limits, wholeIndex, false, residency, quick);
    }

    /** {@return these options with somebody who brings recordings into memory} */
    public ReadOptions withResidency(final Residency value) {
        return new ReadOptions(storage, limits, wholeIndex, logged, value, quick);
    }

    /** {@return these options for who must not wait while much is read} */
    public ReadOptions quickly() {
        return new ReadOptions(storage, limits, wholeIndex, logged, residency, true);
    }
}
