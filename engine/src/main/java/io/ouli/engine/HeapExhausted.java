package io.ouli.engine;

/**
 * Tells in a typed error that one message takes more memory than Java has left.
 *
 * <p>A large array that cannot be had leaves all else as it was: that message is given up, and the others go on.
 */
final class HeapExhausted {
    private static final int MIB_SHIFT = 20;

    private HeapExhausted() {
    }

    /**
     * {@return the error}
     *
     * @param what of which message, as a sentence's beginning.
     */
    static OuliException error(final String what) {
        return new OuliException(what + ": " + reason());
    }

    static String reason() {
        return "it takes more memory than is left of Java's " + (Runtime.getRuntime().maxMemory() >> MIB_SHIFT)
                + " MiB; give java more (OULI_JAVA_OPTS=-Xmx4g), or keep such messages out";
    }
}
