package io.ouli.proxy.cli;

/** What the process returns; documented in docs/CLI.md, and never changed without saying so in CHANGELOG. */
final class ExitCode {
    /** Done; what was asked about is sound. */
    static final int OK = 0;
    /** Done, and the answer is no: a byte differs, an interaction is damaged or not there. */
    static final int DIFFERENT = 1;
    /** The command line, the configuration or a named file cannot be used as it is. */
    static final int USAGE = 2;
    /** It cannot start here: a port in use, a folder locked or not writable, io_uring demanded and refused. */
    static final int CANNOT_START = 3;
    /** It ran, but what was recorded could not be kept. */
    static final int NOT_KEPT = 4;
    /** A fault of Ouli itself. */
    static final int BUG = 70;
    /** Interrupted a second time, by Ctrl-C; other signals add their number to 128 in the same way. */
    static final int SIGNAL_BASE = 128;

    /** Who reads standard output is gone: what others end by. */
    static final int SIGPIPE = 13;

    private ExitCode() {
    }
}
