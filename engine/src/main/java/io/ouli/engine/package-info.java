/** The embedding API: open a folder, name a session, record and replay without a socket. */
package io.ouli.engine;
