/**
 * The embedding API: open a folder, name a session, record and replay without a socket.
 *
 * <p>{@link io.ouli.engine.Engine} is the entry point. It returns {@link io.ouli.engine.Session}s by name, and creates
 * a {@link io.ouli.engine.Replayer} and a {@link io.ouli.engine.Recorder} for each thread. docs/ARCHITECTURE.md lists
 * the packages below this one.
 */
package io.ouli.engine;
