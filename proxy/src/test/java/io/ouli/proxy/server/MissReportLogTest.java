package io.ouli.proxy.server;

import io.ouli.engine.Limits;
import io.ouli.engine.fingerprint.FingerprintPolicy;
import io.ouli.engine.http.RequestHead;
import io.ouli.engine.http.RequestParser;
import io.ouli.engine.match.MissReason;
import io.ouli.engine.match.MissReport;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class MissReportLogTest {
    private final List<String> lines = new ArrayList<>();
    private final MissLog log = new MissLog(lines::add);

    private static MissReport miss(final String session, final String target) {
        final byte[] bytes = ("GET " + target + " HTTP/1.1\r\nHost: h\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
        final RequestHead head = new RequestHead(Limits.MAX_HEADERS);
        assertEquals(bytes.length, new RequestParser().parse(bytes, 0, bytes.length, head));
        return MissReport.of(MissReason.NO_RECORDING, session, new MissReport.Request(head, bytes, bytes.length, 0),
                FingerprintPolicy.DEFAULT, null, -1);
    }

    @Test
    void shouldSayEachDistinctMissOnce() {
        for (int i = 0; i < 3; i++) {
            log.log(miss("a", "/x"));
            log.log(miss("a", "//x"));
            log.log(miss("b", "/x"));
            log.log(miss("a", "/y"));
        }
        assertEquals(
                List.of("miss in session a, no-recording: GET /x: the session a has no recording",
                        "miss in session b, no-recording: GET /x: the session b has no recording",
                        "miss in session a, no-recording: GET /y: the session a has no recording"),
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
