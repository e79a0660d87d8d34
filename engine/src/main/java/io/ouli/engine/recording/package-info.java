/**
 * Recordings: the file format, its writer, its reader, and the folder of them.
 *
 * <p>docs/FORMAT.md has the layout. A recording is written by one thread through
 * {@link io.ouli.engine.recording.RecordingWriter}, which takes frames that other threads built with
 * {@link io.ouli.engine.recording.FrameBuilder}. It is read in place, by any number of threads, through
 * {@link io.ouli.engine.recording.Recording}; {@link io.ouli.engine.recording.Catalogue} opens and closes those.
 */
package io.ouli.engine.recording;
