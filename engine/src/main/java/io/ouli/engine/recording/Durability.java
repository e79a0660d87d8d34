package io.ouli.engine.recording;

/** When an interaction is on disk, measured against the reply that the client gets. */
public enum Durability {
    /** When the operating system pleases; a crash of the machine may lose it, a crash of the process may not. */
    NONE,
    /** At the latest one commit interval later. */
    INTERVAL,
    /** Before the client's reply ends. */
    EACH
}
