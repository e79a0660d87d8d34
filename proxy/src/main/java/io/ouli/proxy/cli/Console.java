package io.ouli.proxy.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;

/**
 * Where a command writes: results to {@link #out}, everything else to {@link #err}.
 *
 * @param out           results, for people or programs.
 * @param err           errors, the log and progress.
 * @param errIsTerminal whether somebody watches {@link #err}, so that progress may overwrite its own line.
 */
record Console(PrintStream out, PrintStream err, boolean errIsTerminal) {
    /** Set by the launcher, which can tell; the virtual machine cannot. */
    static final String TERMINAL_PROPERTY = "ouli.terminal";

    /** Returns the process's own streams. */
    static Console system() {
        return new Console(System.out, System.err, Boolean.getBoolean(TERMINAL_PROPERTY));
    }

    /** Returns the process's standard output without what tells nobody of errors; not to be closed. */
    OutputStream unbufferedOut() {
        return new FileOutputStream(FileDescriptor.out);
    }

    /** Writes one line of the log. */
    void note(final String message) {
        err.println("ouli: " + message);
        err.flush();
    }

    /** Writes one line that says what went wrong. */
    void error(final String message) {
        note("error: " + String.valueOf(message).replace('\r', ' ').replace('\n', ' '));
    }

    /** Writes a result. */
    void print(final String text) {
        out.println(text);
        out.flush();
    }
}
