package io.ouli.proxy.server;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ProblemLogTest {
    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

    private final List<String> lines = new ArrayList<>();
    private final ProblemLog log = new ProblemLog(lines::add);

    @Test
    void shouldLogAProblemOnceAMinute() {
        log.log("a", -5);
        log.log("b", 0);
        log.log("a", MINUTE - 6);
        assertEquals(List.of("a", "b"), lines);
        log.log("a", MINUTE - 5);
        assertEquals(List.of("a", "b", "a"), lines);
    }

    @Test
    void shouldLogAFewOfManyProblemsAndSayThatThereAreMore() {
        for (int i = 0; i < ProblemLog.MAX_PROBLEMS + 5; i++) {
            log.log("session s" + i + " is one too many", i);
        }
        assertEquals(ProblemLog.MAX_PROBLEMS + 1, lines.size());
        assertEquals("session s19 is one too many", lines.get(ProblemLog.MAX_PROBLEMS - 1));
        assertTrue(lines.getLast().startsWith("more problems like these are not logged"), lines.getLast());
        log.log("session s0 is one too many", MINUTE);
        assertEquals("session s0 is one too many", lines.getLast());
    }
}
