package io.ouli.engine.recording;

import java.nio.file.Path;

/**
 * What {@link RecordingVerifier} found.
 *
 * @param file             the recording.
 * @param verdict          sound, damaged or unreadable.
 * @param sealed           whether it was sealed; after a crash a sound recording may not be.
 * @param interactions     how many there are that can be replayed.
 * @param damages          how many damages were listed.
 * @param unsealedTailBytes bytes at the end of an unsealed recording that were never acknowledged; no damage.
 * @param message          what an unreadable recording's error says, otherwise empty.
 */
public record RecordingReport(
        Path file,
        Verdict verdict,
        boolean sealed,
        int interactions,
        long damages,
        long unsealedTailBytes,
        String message) {
    /** The outcome, in the order of the exit codes 0, 1 and 2. */
    public enum Verdict {
        /** Every byte is as it was written. */
        SOUND,
        /** Something is not; what is sound can be replayed. */
        DAMAGED,
        /** Nothing can be replayed. */
        UNREADABLE
    }

    /**
     * One damage.
     *
     * @param offset   where it begins, in bytes from the file's start.
     * @param length   of the damaged frame or region.
     * @param sequence of the interaction that is lost, or -1 if that is not known.
     * @param reason   what is wrong.
     */
    public record Damage(long offset, long length, int sequence, String reason) {
    }
}
