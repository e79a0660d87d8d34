package io.ouli.proxy;

import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

import static org.junit.jupiter.api.Assertions.assertTrue;

/** Waits for what other threads bring about, up to a limit that only a fault reaches. */
final class Eventually {
    private static final long LIMIT_SECONDS = 60;
    private static final long PAUSE_MILLIS = 2;

    private Eventually() {
    }

    /** Waits until a condition holds. @param what the condition in words, for the failure. */
    static void holds(final String what, final Callable<Boolean> condition) throws Exception {
        final long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (!condition.call()) {
            assertTrue(System.nanoTime() < deadline, () -> "not within " + LIMIT_SECONDS + " s: " + what);
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
    }
}
