/** Pinned workers: one platform thread a core, each running one agent for as long as the server lives. */
package io.ouli.engine.core;
