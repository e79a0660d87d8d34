package io.ouli.engine.content;

/** Says that bytes are no sound encoding; carries nothing, since a body that cannot be decoded counts as it came. */
final class UnsoundException extends Exception {
    static final UnsoundException INSTANCE = new UnsoundException();

    private static final long serialVersionUID = 1L;

    private UnsoundException() {
        super("unsound encoding", null, false, false);
    }

    /** Ends decoding unless what a sound encoding owes is true. */
    static void require(final boolean sound) throws UnsoundException {
        if (!sound) {
            throw INSTANCE;
        }
    }
}
