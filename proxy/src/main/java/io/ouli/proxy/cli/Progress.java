package io.ouli.proxy.cli;

/** Shows what is being done on a line of its own that the next one overwrites; on a terminal only. */
final class Progress implements AutoCloseable {
    private static final String CLEAR = "\r\u001b[K";

    private final Console console;
    private boolean shown;

    Progress(final Console console) {
        this.console = console;
    }

    /** Shows what is being done now. */
    void show(final String what) {
        if (console.errIsTerminal()) {
            console.err().print(CLEAR + "ouli: " + what + " …");
            console.err().flush();
            shown = true;
        }
    }

    /** Clears the line. */
    @Override
    public void close() {
        if (shown) {
            console.err().print(CLEAR);
            console.err().flush();
        }
    }
}
