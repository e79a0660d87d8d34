package io.ouli.redact;

/**
 * Cuts long searches into blocks: under the serial collector a counted loop has no safepoint, and a search of 256 MB
 * would hold up every other thread that long.
 */
final class Blocks {
    private static final int BLOCK_BYTES = 1 << 16;

    private Blocks() {
    }

    /** {@return where the block that begins at an index ends} */
    static int end(final int from, final int to) {
        return to - from > BLOCK_BYTES ? from + BLOCK_BYTES : to;
    }
}
