/**
 * The embedding API: open a folder, name a session, record and replay without a socket.
 *
 * <p>{@link io.ouli.engine.Engine} is the entry point. It returns {@link io.ouli.engine.Session}s by name, and creates
 * a {@link io.ouli.engine.Replayer} and a {@link io.ouli.engine.Recorder} for each thread. docs/ARCHITECTURE.md lists
 * the packages below this one.
 *
 * <p>Where Javadoc does not say otherwise, no argument may be null (it ends in a {@link NullPointerException}), no
 * result is, offsets and lengths are in bytes, and what a user, a file or a network can get wrong ends in an
 * {@link io.ouli.engine.OuliException} of one line with the remedy, while what only a program can get wrong ends in an
 * {@link IllegalStateException} or {@link IllegalArgumentException}. An object that belongs to one thread says so.
 */
package io.ouli.engine;
