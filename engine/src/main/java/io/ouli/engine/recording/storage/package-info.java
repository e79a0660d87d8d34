/**
 * File I/O of recordings: what a writer, a reader and a recovery ask of the operating system, and nothing more.
 *
 * <p>Behind {@link io.ouli.engine.recording.storage.Storage} stand files through {@link java.nio.channels.FileChannel}
 * and, in the tests, a simulated disk that tears writes, loses what was not synced and fails on demand.
 */
package io.ouli.engine.recording.storage;
