package io.ouli.proxy.server;

import io.ouli.engine.MissExplanation;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class MissLogTest {
    private final List<String> lines = new ArrayList<>();
    private final MissLog log = new MissLog(lines::add);

    private static MissExplanation miss(final String session, final String path) {
        return new MissExplanation(session + " " + path, "miss in session " + session + ": GET " + path, new byte[0]);
    }

    @Test
    void shouldSayEachDistinctMissOnce() {
        for (int i = 0; i < 3; i++) {
            log.log(miss("a", "/x"));
            log.log(miss("b", "/x"));
            log.log(miss("a", "/y"));
        }
        assertEquals(
                List.of("miss in session a: GET /x", "miss in session b: GET /x", "miss in session a: GET /y"),
                lines);
    }

    @Test
    void shouldEndAfterSoManyDistinctOnes() {
        for (int i = 0; i < MissLog.MAX_DISTINCT + 10; i++) {
            log.log(miss("a", "/" + i));
        }
        assertEquals(MissLog.MAX_DISTINCT + 1, lines.size());
        assertTrue(lines.getLast().startsWith("1000 different misses were logged; further ones are not"),
                lines.getLast());
    }
}
