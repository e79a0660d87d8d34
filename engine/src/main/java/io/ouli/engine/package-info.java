/**
 * The embedding API: open a folder, name a session, record and replay without a socket.
 *
 * <p>{@link io.ouli.engine.Engine} is the door. It gives {@link io.ouli.engine.Session}s by name, and each thread its
 * own {@link io.ouli.engine.Replayer} and {@link io.ouli.engine.Recorder}. The packages below it are rooms of the
 * engine, listed in docs/ARCHITECTURE.md.
 */
package io.ouli.engine;
