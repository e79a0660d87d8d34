package io.ouli.engine.recording;

import io.ouli.engine.memory.FileCutException;
import io.ouli.engine.memory.GuardedCopy;
import io.ouli.engine.recording.RecordingException.Reason;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** Copies out of a mapped recording: a {@link RecordingException} tells that the file was cut, or the disk fails. */
final class FrameCopies {
    private final Path path;
    private final MemorySegment file;

    FrameCopies(final Path path, final MemorySegment file) {
        this.path = path;
        this.file = file;
    }

    int intAt(final long offset) {
        return MemorySegment.ofArray(copy(offset, Integer.BYTES)).get(Le.INT, 0);
    }

    long longAt(final long offset) {
        return MemorySegment.ofArray(copy(offset, Long.BYTES)).get(Le.LONG, 0);
    }

    byte[] copy(final long offset, final int length) {
        final byte[] bytes = new byte[length];
        copy(offset, bytes, 0, length);
        return bytes;
    }

    void copy(final long offset, final byte[] target, final int targetOffset, final int length) {
        try {
            GuardedCopy.copy(file, offset, target, targetOffset, length);
        } catch (final FileCutException e) {
            if (MappedFault.isCut(path, file.byteSize())) {
                throw new RecordingException(Reason.INTERFERENCE, path, offset, MappedFault.CUT,
                        "restore it and open it again", e);
            }
            throw new RecordingException(Reason.IO, path, offset, MappedFault.UNREADABLE,
                    "check the disk and the system's log, then run ouli recover", e);
        }
    }
}
