package io.ouli.proxy.cli;

/** Writes commands so that they can be pasted into a shell. */
final class Shell {
    /** Set by the launcher: how the program was called. */
    static final String COMMAND_PROPERTY = "ouli.command";

    private Shell() {
    }

    /** {@return how this program was called, or {@code ouli}} */
    static String self() {
        return quote(System.getProperty(COMMAND_PROPERTY, "ouli"));
    }

    /** {@return a word as one argument} */
    static String quote(final String word) {
        final boolean plain = !word.isEmpty() && word.chars().allMatch(c -> c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
                || c >= '0' && c <= '9' || "_-./:=@%+,".indexOf(c) >= 0);
        return plain ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
