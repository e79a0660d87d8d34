package io.ouli.engine.fuzz;

/** What jazzer calls with each input, in a virtual machine of its own; {@link #TARGET} names the target. */
public final class GuidedEntry {
    /** The system property with the name of the target. */
    static final String TARGET = "ouli.fuzz.target";

    private static final Target CHOSEN = Target.of(System.getProperty(TARGET));

    private GuidedEntry() {
    }

    /** Runs one input. */
    public static void fuzzerTestOneInput(final byte[] input) {
        CHOSEN.run(input);
    }
}
