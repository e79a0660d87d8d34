package io.ouli.uring;

import java.util.EnumSet;
import java.util.Set;

/**
 * How a ring is made.
 *
 * @param submissionEntries rounded up to a power of two; a full queue is flushed, so it need not be large.
 * @param completionEntries rounded up to a power of two, more than {@code submissionEntries}; multishot operations fill
 *                          it without being asked, so it is sized by connections.
 * @param disabled          features that this ring does without, whatever the machine offers.
 */
public record RingOptions(int submissionEntries, int completionEntries, Set<RingFeature> disabled) {
    /** The most entries that a kernel takes. */
    public static final int MAX_SUBMISSION_ENTRIES = 32_768;

    /** 256 submissions, 4,096 completions, every feature that is there. */
    public static final RingOptions DEFAULT = new RingOptions(256, 4_096, Set.of());

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if one is out of range.
     */
    public RingOptions {
        if (submissionEntries < 1 || submissionEntries > MAX_SUBMISSION_ENTRIES) {
            throw new IllegalArgumentException(
                    "submissionEntries is " + submissionEntries + ", must be 1 to " + MAX_SUBMISSION_ENTRIES);
        }
        if (completionEntries < submissionEntries || completionEntries > 2 * MAX_SUBMISSION_ENTRIES) {
            throw new IllegalArgumentException("completionEntries is " + completionEntries + ", must be "
                    + submissionEntries + " (submissionEntries) to " + 2 * MAX_SUBMISSION_ENTRIES);
        }
        disabled = Set.copyOf(disabled);
    }

    /** {@return these options with other queue lengths} */
    public RingOptions withEntries(final int submission, final int completion) {
        return new RingOptions(submission, completion, disabled);
    }

    /** {@return these options without a feature} */
    public RingOptions without(final RingFeature first, final RingFeature... rest) {
        final Set<RingFeature> all = EnumSet.of(first, rest);
        all.addAll(disabled);
        return new RingOptions(submissionEntries, completionEntries, all);
    }
}
