package io.ouli.engine.transport.sim;

/**
 * What goes wrong in a {@link SimNetwork}, and how often.
 *
 * @param shortSends       of 1,000 sends, how many the network takes only in part.
 * @param shortReceives    of 1,000 deliveries, how many are cut to a random length, down to 1 byte.
 * @param errors           of 1,000,000 operations (accept, connect, send, receive), how many fail.
 * @param failOperation    the one operation that fails, counted from 1 over the whole network; 0 for none. Runs with 1,
 *                         then 2, and so on until {@link SimNetwork#operations()} is smaller, fail every operation
 *                         once.
 * @param spuriousReturns  of 1,000 polls, how many return before anything has happened.
 * @param minLatencyNanos  the least that bytes travel.
 * @param maxLatencyNanos  the most; each is drawn for itself, so that connections overtake one another.
 * @param windowBytes      the most that a socket takes before its peer has read.
 */
public record SimFaults(
        int shortSends,
        int shortReceives,
        int errors,
        long failOperation,
        int spuriousReturns,
        long minLatencyNanos,
        long maxLatencyNanos,
        int windowBytes) {
    /** Nothing goes wrong; everything takes 10 µs. */
    public static final SimFaults NONE = new SimFaults(0, 0, 0, 0, 0, 10_000, 10_000, 256 << 10);

    /** No error, but every freedom that TCP has: cut anywhere, delayed, overtaken, tiny windows. */
    public static final SimFaults TORN = new SimFaults(300, 300, 0, 0, 50, 1_000, 500_000, 16 << 10);

    /** {@link #TORN}, and one operation in a hundred fails. */
    public static final SimFaults HOSTILE = TORN.withErrors(10_000);

    private static final int THOUSAND = 1_000;
    private static final int MILLION = 1_000_000;

    /** Checks the ranges. */
    public SimFaults {
        check(shortSends >= 0 && shortSends <= THOUSAND, "shortSends");
        check(shortReceives >= 0 && shortReceives <= THOUSAND, "shortReceives");
        check(errors >= 0 && errors <= MILLION, "errors");
        check(failOperation >= 0, "failOperation");
        check(spuriousReturns >= 0 && spuriousReturns < THOUSAND, "spuriousReturns");
        check(minLatencyNanos >= 0 && minLatencyNanos <= maxLatencyNanos, "minLatencyNanos");
        check(windowBytes >= 1, "windowBytes");
    }

    /** {@return these faults with another rate of errors, of 1,000,000 operations} */
    public SimFaults withErrors(final int value) {
        return new SimFaults(shortSends, shortReceives, value, failOperation, spuriousReturns, minLatencyNanos,
                maxLatencyNanos, windowBytes);
    }

    /** {@return these faults with one operation that fails} */
    public SimFaults withFailOperation(final long value) {
        return new SimFaults(shortSends, shortReceives, errors, value, spuriousReturns, minLatencyNanos,
                maxLatencyNanos, windowBytes);
    }

    /** {@return these faults with another window} */
    public SimFaults withWindowBytes(final int value) {
        return new SimFaults(shortSends, shortReceives, errors, failOperation, spuriousReturns, minLatencyNanos,
                maxLatencyNanos, value);
    }

    private static void check(final boolean holds, final String name) {
        if (!holds) {
            throw new IllegalArgumentException(name + " is out of range");
        }
    }
}
