package io.ouli.uring;

/**
 * Packs what a completion needs to find its way back into the 64 bits that the kernel carries for it.
 *
 * <pre>
 *   63            32 31    24 23           0
 *  +----------------+--------+--------------+
 *  | id             | op     | generation   |
 *  +----------------+--------+--------------+
 * </pre>
 *
 * <p>The id is an index into a table of the caller's, never an address. The generation is that of the table's slot: a
 * completion that arrives after its slot was given away carries an old one and is dropped. Op 0xff is the ring's own.
 */
public final class UserData {
    /** The generation's largest value; the one after it is 0 again. */
    public static final int MAX_GENERATION = (1 << 24) - 1;

    /** The largest op that a caller may use. */
    public static final int MAX_OP = 0xfe;

    /** What the ring's own operations carry. */
    static final long INTERNAL = pack(-1, 0xff, MAX_GENERATION);

    private UserData() {
    }

    /**
     * Packs an operation's identity.
     *
     * @param id         any int.
     * @param op         0 to {@link #MAX_OP}.
     * @param generation its low 24 bits are kept.
     */
    public static long pack(final int id, final int op, final int generation) {
        assert op >= 0 && op <= 0xff : op;
        return (long) id << 32 | (long) op << 24 | generation & MAX_GENERATION;
    }

    /** {@return the id} */
    public static int id(final long userData) {
        return (int) (userData >>> 32);
    }

    /** {@return the op, 0 to 255} */
    public static int op(final long userData) {
        return (int) (userData >>> 24) & 0xff;
    }

    /** {@return the generation, 0 to {@link #MAX_GENERATION}} */
    public static int generation(final long userData) {
        return (int) userData & MAX_GENERATION;
    }
}
