package io.ouli.engine.recording;

import io.ouli.engine.recording.RecordingException.Reason;
import io.ouli.engine.recording.disk.FileChangedException;
import io.ouli.engine.recording.storage.LockedException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;

/** Says what the operating system's errors mean for a recording, and what to do about them. */
final class RecordingErrors {
    private RecordingErrors() {
    }

    /** {@return the typed error; {@code doing} is a participle such as "writing"} */
    static RecordingException of(final IOException e, final Path file, final long offset, final String doing) {
        return switch (e) {
            case FileChangedException _ -> new RecordingException(Reason.INTERFERENCE, file, offset, e.getMessage(),
                    "nothing more is recorded; keep others away from the folder and record again", e);
            case LockedException _ -> new RecordingException(Reason.LOCKED, file, offset,
                    "it is being written by " + e.getMessage(), "stop that one, or record another session", e);
            case NoSuchFileException _ -> new RecordingException(Reason.MISSING, file, offset,
                    "there is no such file", "check the folder and the session's name", e);
            case AccessDeniedException _ -> new RecordingException(Reason.IO, file, offset,
                    "permission denied while " + doing, "check the owner and the permissions of file and folder", e);
            case FileAlreadyExistsException exists -> new RecordingException(Reason.IO, file, offset,
                    exists.getFile() + " is in the way while " + doing, "remove it, or record another session", e);
            default -> isDiskFull(e)
                    ? new RecordingException(Reason.DISK_FULL, file, offset,
                            "the disk is full while " + doing, "make room; what was committed stays readable", e)
                    : new RecordingException(Reason.IO, file, offset, reason(e) + " while " + doing,
                            remedy(e), e);
        };
    }

    /** {@return the typed error of a recording whose folder cannot be made} */
    static RecordingException ofFolder(final IOException e, final Path file) {
        final String why = switch (e) {
            case FileAlreadyExistsException exists -> exists.getFile() + " is a file";
            case NoSuchFileException missing -> "nothing can be made at " + missing.getFile();
            case AccessDeniedException denied -> "permission denied at " + denied.getFile();
            default -> reason(e);
        };
        return new RecordingException(isDiskFull(e) ? Reason.DISK_FULL : Reason.IO, file, RecordingException.NO_OFFSET,
                "its folder cannot be made: " + why, "name another folder that can be made and written (--dir)", e);
    }

    private static boolean isDiskFull(final IOException e) {
        final String text = reason(e).toLowerCase(Locale.ROOT);
        return text.contains("no space left") || text.contains("quota exceeded");
    }

    /** {@return whether the disk itself could not read or write, as opposed to whoever refused} */
    static boolean isOfTheDisk(final IOException e) {
        final String text = reason(e).toLowerCase(Locale.ROOT);
        return text.contains("input/output error") || text.contains("eio ");
    }

    private static String remedy(final IOException e) {
        final String text = reason(e).toLowerCase(Locale.ROOT);
        if (text.contains("too many open files")) {
            return "let it have more (ulimit -n), or serve fewer clients (--max-connections)";
        }
        if (text.contains("no regular file")) {
            return "name another file, or remove what is in its place";
        }
        if (text.contains("symbolic links")) {
            return "let the links end in a file, or name another one";
        }
        return text.contains("efbig") || text.contains("file too large")
                ? "let it write longer files (ulimit -f), or keep them where the file system takes some"
                : "check the disk and the system's log";
    }

    private static String reason(final IOException e) {
        final String text = e instanceof FileSystemException system && system.getReason() != null
                ? system.getReason()
                : e.getMessage();
        return text == null ? e.getClass().getSimpleName() : text;
    }
}
