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

    /** {@return the process's own streams} */
    static Console system() {
        return new Console(System.out, System.err, Boolean.getBoolean(TERMINAL_PROPERTY));
    }

    /** {@return the process's standard output without what tells nobody of errors; not to be closed} */
    OutputStream unbufferedOut() {
        return new FileOutputStream(FileDescriptor.out);
    }

    /** Writes one line of the log. */
    void note(final String message) {
        err.println("ouli: " + printableLine(message));
        err.flush();
    }

    /** Writes one line that says what went wrong. */
    void error(final String message) {
        note("error: " + String.valueOf(message).replace('\r', ' ').replace('\n', ' '));
    }

    /** Writes a result of one line or several. */
    void print(final String text) {
        out.println(lines(text));
        out.flush();
    }

    /** Writes a result of one line, even where the name of a file in it has a line break. */
    void printLine(final String text) {
        print(printableLine(text));
    }

    // Here, since no further class can be loaded where no file can be opened, which is to be said too.

    /** {@return a text of any lines with each other control character as {@code \}{@code u001b}} */
    private static String lines(final String text) {
        return escaped(text, true);
    }

    /** {@return a text in one line, control characters and line breaks as {@code \}{@code u000a}} */
    static String printableLine(final String text) {
        return escaped(text, false);
    }

    private static String escaped(final String text, final boolean breaks) {
        StringBuilder escaped = null;
        for (int i = 0; i < text.length(); i++) {
            final char c = text.charAt(i);
            final boolean stands = !Character.isISOControl(c) || c == '\t' || breaks && c == '\n';
            if (!stands && escaped == null) {
                escaped = new StringBuilder(text.length() + 16).append(text, 0, i);
            }
            if (escaped != null && stands) {
                escaped.append(c);
            } else if (escaped != null) {
                escaped.append(String.format("\\u%04x", (int) c));
            }
        }
        return escaped == null ? text : escaped.toString();
    }
}
