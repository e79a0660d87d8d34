package io.ouli.engine.recording.disk;

import io.ouli.engine.recording.storage.StorageFile;
import java.io.IOException;

/** Writes and syncs through a {@link StorageFile}, errors as values. */
final class StorageJob {
    private StorageJob() {
    }

    /** {@return what went wrong, or null} */
    static IOException write(final StorageFile file, final DiskBuffer buffer) {
        try {
            file.write(buffer.position, buffer.memory, 0, buffer.length);
            return null;
        } catch (final IOException e) {
            return e;
        }
    }

    /** {@return what went wrong, or null} */
    static IOException sync(final StorageFile file) {
        try {
            file.sync(false);
            return null;
        } catch (final IOException e) {
            return e;
        }
    }
}
