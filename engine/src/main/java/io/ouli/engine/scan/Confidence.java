package io.ouli.engine.scan;

/** How sure it is that something is a secret. */
public enum Confidence {
    /** It looks like chance, which identifiers and hashes do too; not counted unless asked for. */
    LOW,
    /** Its name or its place says so, and its value does not speak against it. */
    MEDIUM,
    /** It has the shape of one vendor's credentials, or decodes to what only credentials do. */
    HIGH
}
