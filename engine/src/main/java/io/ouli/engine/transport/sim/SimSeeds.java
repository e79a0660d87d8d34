package io.ouli.engine.transport.sim;

/** Runs a body under many seeds, and says which seed failed and how to run it again. */
public final class SimSeeds {
    /** System property: run this one seed only. */
    public static final String SEED_PROPERTY = "ouli.sim.seed";
    /** System property: how many seeds to run instead of the test's own number. */
    public static final String COUNT_PROPERTY = "ouli.sim.seeds";

    /** One run. */
    @FunctionalInterface
    public interface Run {
        /** Runs with one seed; any exception or failed assertion fails the seed. */
        void run(long seed) throws Exception;
    }

    private SimSeeds() {
    }

    /**
     * Runs {@code body} with the seeds 1 to {@code count}.
     *
     * @throws AssertionError for the first seed that fails; its message names the seed and how to rerun it.
     */
    public static void run(final int count, final Run body) {
        final Long only = Long.getLong(SEED_PROPERTY);
        if (only != null) {
            runOne(only, body);
            return;
        }
        final int seeds = Integer.getInteger(COUNT_PROPERTY, count);
        for (long seed = 1; seed <= seeds; seed++) {
            runOne(seed, body);
        }
    }

    private static void runOne(final long seed, final Run body) {
        try {
            body.run(seed);
        } catch (final Exception | AssertionError e) {
            throw new AssertionError("seed " + seed + " failed: " + e.getMessage() + "; rerun it with -D"
                    + SEED_PROPERTY + "=" + seed, e);
        }
    }
}
