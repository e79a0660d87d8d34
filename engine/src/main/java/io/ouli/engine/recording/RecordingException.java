package io.ouli.engine.recording;

import io.ouli.engine.OuliException;
import java.nio.file.Path;

/** A recording could not be read or written; the message names the file, the offset, the reason and the remedy. */
public final class RecordingException extends OuliException {
    private static final long serialVersionUID = 1L;

    /** What kind of thing went wrong, for who decides by it. */
    public enum Reason {
        /** There is no such file. */
        MISSING,
        /** There is a recording already, and {@link ExistingPolicy#FAIL} was asked for. */
        EXISTS,
        /** Somebody else writes it. */
        LOCKED,
        /** It is something else. */
        NOT_A_RECORDING,
        /** It was written in a format that this version does not know. */
        UNSUPPORTED_VERSION,
        /** Bytes are not what was written. */
        DAMAGED,
        /** The file ends before it should. */
        TRUNCATED,
        /** A limit of {@link RecordingLimits} is reached. */
        LIMIT,
        /** The disk, or the user's share of it, is full. */
        DISK_FULL,
        /** The file was removed, replaced or written by somebody else while it was being recorded into. */
        INTERFERENCE,
        /** The operating system refused or failed. */
        IO
    }

    /** The offset of an error that has none. */
    public static final long NO_OFFSET = -1;

    /** What it concerns; null after serialization. */
    private final transient Path file;
    /** Where in the file, in bytes from its start, or {@link #NO_OFFSET}. */
    private final long offset;
    /** What kind of thing went wrong. */
    private final Reason reason;

    /**
     * Creates an error.
     *
     * @param offset in bytes from the file's start, or {@link #NO_OFFSET}.
     * @param what   what is wrong, a clause without a full stop.
     * @param remedy what to do about it, a clause without a full stop.
     */
    public RecordingException(
            final Reason reason,
            final Path file,
            final long offset,
            final String what,
            final String remedy,
            final Throwable cause) {
        super(message(file, offset, what, remedy), cause);
        this.file = file;
        this.offset = offset;
        this.reason = reason;
    }

    RecordingException(
            final Reason reason, final Path file, final long offset, final String what, final String remedy) {
        this(reason, file, offset, what, remedy, null);
    }

    private static String message(final Path file, final long offset, final String what, final String remedy) {
        return file + (offset == NO_OFFSET ? "" : " at offset " + offset) + ": " + what + "; " + remedy;
    }

    /** {@return the recording's file} */
    public Path file() {
        return file;
    }

    /** {@return where in the file, or {@link #NO_OFFSET}} */
    public long offset() {
        return offset;
    }

    /** {@return what kind of thing went wrong} */
    public Reason reason() {
        return reason;
    }
}
