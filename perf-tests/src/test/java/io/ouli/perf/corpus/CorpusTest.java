package io.ouli.perf.corpus;

import io.ouli.engine.OuliException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class CorpusTest {
    @Test
    void shouldMakeDistinctRequestsWithRepliesOfTheLengthAskedFor() {
        final Corpus corpus = Corpus.generated(1_000, 1_024, 4, 7);
        final Set<String> targets = new HashSet<>();
        final Set<String> bodies = new HashSet<>();
        for (final CorpusItem item : corpus.items()) {
            targets.add(item.target());
            bodies.add(new String(item.expected().body(), StandardCharsets.US_ASCII));
            assertEquals(1_024, item.expected().body().length);
        }
        assertEquals(1_000, targets.size());
        assertEquals(1_000, bodies.size());
        assertEquals(250, corpus.items().stream().filter(item -> "POST".equals(item.method())).count());
        assertEquals(1_024, corpus.longestBody());
    }

    @Test
    void shouldGiveTheSameBytesForTheSameSeed() {
        final CorpusItem one = Corpus.generated(20, 200, 0, 7).items().get(19);
        final CorpusItem same = Corpus.generated(20, 200, 0, 7).items().get(19);
        final CorpusItem other = Corpus.generated(20, 200, 0, 8).items().get(19);
        assertEquals(one.target(), same.target());
        assertArrayEquals(one.expected().body(), same.expected().body());
        assertNotEquals(new String(one.expected().body(), StandardCharsets.US_ASCII),
                new String(other.expected().body(), StandardCharsets.US_ASCII));
    }

    @Test
    void shouldMakeTheShortestBodiesToo() {
        for (int length = 64; length < 200; length++) {
            assertEquals(length, Corpus.generated(3, length, 0, length).items().get(2).expected().body().length);
        }
    }

    @Test
    void shouldRefuseWhatCannotBeMade() {
        assertThrows(OuliException.class, () -> Corpus.generated(0, 1_024, 0, 1));
        assertThrows(OuliException.class, () -> Corpus.generated(10, 63, 0, 1));
        assertThrows(OuliException.class, () -> new Corpus("none", List.of()));
    }

    @Test
    void shouldSendEveryRequestOnceARoundInAnotherOrder() {
        final Corpus corpus = Corpus.generated(500, 100, 0, 1);
        try (RenderedRequests requests = RenderedRequests.of(corpus, "localhost:1")) {
            final Set<Integer> seen = new HashSet<>();
            boolean moved = false;
            for (int i = 0; i < 500; i++) {
                moved |= requests.nth(i) != i;
                seen.add(requests.nth(i));
                assertEquals(requests.nth(i), requests.nth(i + 500L));
            }
            assertTrue(moved);
            assertEquals(500, seen.size());
        }
    }

    @Test
    void shouldRenderHttp() {
        final CorpusItem item = new CorpusItem("POST", "/a?b=c", List.of("Accept: */*"), new byte[] {'x', 'y'}, null);
        assertEquals("POST /a?b=c HTTP/1.1\r\nHost: h:1\r\nAccept: */*\r\nContent-Length: 2\r\n\r\nxy",
                new String(RenderedRequests.render(item, "h:1"), StandardCharsets.ISO_8859_1));
        try (RenderedRequests requests = RenderedRequests.of(new Corpus("one", List.of(item)), "h:1")) {
            assertEquals("POST /a?b=c HTTP/1.1", requests.requestLine(0));
        }
    }
}
