/**
 * Writing behind: a recording's frames gather in large buffers, whose writes and syncs go on while the next frames are
 * built.
 *
 * <p>{@link io.ouli.engine.recording.disk.FileTail} is the end of one file and knows what is committed;
 * {@link io.ouli.engine.recording.disk.DiskQueue} carries out writes and syncs, through io_uring, on a thread of its
 * own, or on the spot.
 */
package io.ouli.engine.recording.disk;
