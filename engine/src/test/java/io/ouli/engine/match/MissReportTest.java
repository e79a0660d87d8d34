package io.ouli.engine.match;

import io.ouli.engine.fingerprint.FingerprintPolicy;
import io.ouli.engine.http.RequestHead;
import io.ouli.engine.http.TestHeads;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class MissReportTest {
    private static final String HOST = "Host: example.org\r\n";
    private static final String JSON = HOST + "Content-Type: application/json\r\n";

    /** Requests as they are stored; null is a damaged one. */
    private record Stored(List<String> requests) implements RecordedRequests {
        static Stored of(final String... requests) {
            return new Stored(Arrays.asList(requests));
        }

        @Override
        public int count() {
            return requests.size();
        }

        @Override
        public int copy(final int position, final byte[] target) {
            if (requests.get(position) == null) {
                return -1;
            }
            final byte[] bytes = requests.get(position).getBytes(StandardCharsets.ISO_8859_1);
            System.arraycopy(bytes, 0, target, 0, Math.min(bytes.length, target.length));
            return bytes.length;
        }
    }

    private static String request(final String line, final String headers, final String body) {
        final String length = body.isEmpty() ? "" : "Content-Length: " + body.length() + "\r\n";
        return line + " HTTP/1.1\r\n" + headers + length + "\r\n" + body;
    }

    private static MissReport report(final MissReason reason, final RecordedRequests recorded, final String request) {
        return report(reason, recorded, request, -1);
    }

    private static MissReport report(
            final MissReason reason, final RecordedRequests recorded, final String request, final int expected) {
        final byte[] bytes = request.getBytes(StandardCharsets.ISO_8859_1);
        final RequestHead head = TestHeads.of(bytes);
        return MissReport.of(new MissReport.Miss(
                reason,
                "a/b",
                new MissReport.Request(head, bytes, head.end(), bytes.length - head.end()),
                FingerprintPolicy.DEFAULT,
                recorded,
                expected));
    }

    private static String json(final MissReport report) {
        return new String(report.json(), StandardCharsets.UTF_8).replaceAll("\"[0-9a-f]{64}\"", "\"KEY\"");
    }

    @Test
    void shouldSayThatThereIsNoRecording() {
        assertEquals(
                """
                {
                  "result": "miss",
                  "reason": "no-recording",
                  "session": "a/b",
                  "message": "the session a/b has no recording",
                  "request": {
                    "method": "GET",
                    "path": "/x",
                    "key": "KEY"
                  }
                }
                """,
                json(report(MissReason.NO_RECORDING, null, request("GET /x", HOST, ""))));
    }

    @Test
    void shouldShowTheClosestRequestAndWhatDiffers() {
        final MissReport report = report(
                MissReason.NO_KEY,
                Stored.of(
                        request("GET /other", HOST, ""),
                        request("GET /items?page=1&size=10", HOST + "Accept: text/html\r\n", ""),
                        request("POST /items?page=2&size=20", HOST, ""),
                        request("GET /items?page=1", HOST, "")),
                request("GET /items?page=2&q", HOST, ""));
        assertEquals(
                """
                {
                  "result": "miss",
                  "reason": "no-key",
                  "session": "a/b",
                  "message": "the session's recording holds no such request; the closest, number 4, \
                differs in query.page: recorded \\"1\\", received \\"2\\" (and 1 more)",
                  "request": {
                    "method": "GET",
                    "path": "/items",
                    "key": "KEY"
                  },
                  "closest": {
                    "number": 4,
                    "method": "GET",
                    "path": "/items",
                    "key": "KEY",
                    "differences": [
                      {
                        "field": "query.page",
                        "recorded": "1",
                        "received": "2"
                      },
                      {
                        "field": "query.q",
                        "recorded": null,
                        "received": "(no value)"
                      }
                    ],
                    "differenceCount": 2
                  },
                  "compared": 2,
                  "recorded": 4
                }
                """,
                json(report));
    }

    @Test
    void shouldShowDifferencesInJsonByPointer() {
        final MissReport report = report(
                MissReason.NO_KEY,
                Stored.of(
                        request("POST /j", JSON, "{\"a\":{\"b/c\":[1,2]},\"gone\":true,\"same\":[{\"x\":1}]}"),
                        request("POST /j", JSON, "[]")),
                request("POST /j", JSON, "{\"same\":[{\"x\":1}],\"new\":\"v\",\"a\":{\"b/c\":[1,3,4]}}"));
        final String json = json(report);
        assertTrue(json.contains("\"number\": 1"), json);
        assertTrue(json.contains(difference("body", "/a/b~1c/1", "\"2\"", "\"3\"")), json);
        assertTrue(json.contains(difference("body", "/a/b~1c/2", "null", "\"4\"")), json);
        assertTrue(json.contains(difference("body", "/gone", "\"true\"", "null")), json);
        assertTrue(json.contains(difference("body", "/new", "null", "\"\\\"v\\\"\"")), json);
        assertTrue(json.contains("\"differenceCount\": 4"), json);
    }

    private static String difference(
            final String field, final String pointer, final String recorded, final String received) {
        return "{\n        \"field\": \"" + field + "\",\n        \"pointer\": \"" + pointer
                + "\",\n        \"recorded\": " + recorded + ",\n        \"received\": " + received + "\n      }";
    }

    @Test
    void shouldPreferTheRequestWithFewerDifferences() {
        final String json = json(report(
                MissReason.NO_KEY,
                Stored.of(
                        request("GET /a?x=1&y=1&z=1", HOST, ""),
                        null,
                        request("GET /a?x=1&y=2&z=2", HOST, ""),
                        request("GET /a?x=9&y=9&z=9", HOST, "")),
                request("GET /a?x=2&y=2&z=2", HOST, "")));
        assertTrue(json.contains("\"number\": 3"), json);
        assertTrue(json.contains("\"compared\": 3"), json);
    }

    @Test
    void shouldFindTheMostSimilarPathWhenNoneIsTheSame() {
        final String json = json(report(
                MissReason.NO_KEY,
                Stored.of(
                        request("GET /completely/different", HOST, ""),
                        request("GET /users/17/orders", HOST, ""),
                        request("GET /", HOST, "")),
                request("GET /users/18/orders", HOST, "")));
        assertTrue(json.contains("\"number\": 2"), json);
        assertTrue(json.contains("\"field\": \"path\""), json);
    }

    @Test
    void shouldSayWhatAStrictSessionExpects() {
        final MissReport report = report(
                MissReason.OUT_OF_ORDER,
                Stored.of(request("GET /1", HOST, ""), request("GET /2", HOST, ""), request("GET /3", HOST, "")),
                request("GET /3", HOST, ""),
                1);
        assertEquals(
                "the session is strict and expects another request, number 2, GET /2; it differs in path: recorded"
                        + " \"/2\", received \"/3\"",
                report.message());
        assertTrue(json(report).contains("\"expected\": {\n    \"number\": 2,"), json(report));
        assertFalse(json(report).contains("closest"));
    }

    @Test
    void shouldNameTheUsedUpInteraction() {
        final MissReport report = report(
                MissReason.EXHAUSTED,
                Stored.of(request("GET /1", HOST, ""), request("GET /2", HOST, "")),
                request("GET /2", HOST, ""));
        assertEquals(
                "every recorded reply to this request was used; it is number 2 of the recording", report.message());
    }

    @Test
    void shouldStayWithinItsBounds() {
        final String big = "x".repeat(1 << 20);
        final RecordedRequests recorded = new Stored(IntStream.range(0, 40)
                .mapToObj(i -> request("POST /big", HOST, i + big))
                .toList());
        final String json = json(report(MissReason.NO_KEY, recorded, request("POST /big", HOST, "39y" + big)));
        assertTrue(json.contains("\"compared\": " + ClosestRequest.MAX_COMPARED_BYTES / (1 << 20)));
        assertTrue(json.length() < 4096);
    }

    @Test
    void shouldCutLongValuesAndListsOfDifferences() {
        final StringBuilder target = new StringBuilder("GET /a?");
        IntStream.range(0, 50).forEach(i -> target.append('&').append("name").append(i).append("=v".repeat(100)));
        final String json = json(report(
                MissReason.NO_KEY, Stored.of(request("GET /a", HOST, "")), request(target.toString(), HOST, "")));
        assertTrue(json.contains("\"differenceCount\": 50"), json);
        assertEquals(20, json.split("\"field\"", -1).length - 1);
    }

    @Test
    void shouldTellDistinctMissesApart() {
        final RecordedRequests recorded = Stored.of(request("GET /1", HOST, ""));
        final MissReport first = report(MissReason.NO_KEY, recorded, request("GET /2?a=1&b=2", HOST, ""));
        final MissReport again = report(MissReason.NO_KEY, recorded, request("GET /2?b=2&a=1", HOST, ""));
        final MissReport other = report(MissReason.NO_KEY, recorded, request("GET /2?a=1&b=3", HOST, ""));
        assertEquals(first.id(), again.id());
        assertNotEquals(first.id(), other.id());
    }

    @Test
    void shouldExplainAnyBodyAgainstAnyOther() {
        final String form = HOST + "Content-Type: application/x-www-form-urlencoded\r\n";
        final String lines = HOST + "Content-Type: application/x-ndjson\r\n";
        final String parts = HOST + "Content-Type: multipart/form-data; boundary=b\r\n";
        final String[] requests = {
            request("POST /b", HOST, ""),
            request("POST /b", HOST, "\u0000\u0001\u00ff raw"),
            request("POST /b", JSON, "{\"a\":1}"),
            request("POST /b", JSON, "not json"),
            request("POST /b", form, "a=1&a=2&b"),
            request("POST /b", lines, "{\"a\":1}\n[2]\n"),
            request("POST /b", lines, "{\"a\":2}\n"),
            request("POST /b", parts, "--b\r\n\r\n1\r\n--b--"),
            request("POST /b", parts, "--b\r\n\r\n2\r\n--b\r\n\r\n1\r\n--b--"),
            request("POST /b", HOST + "Content-Encoding: gzip\r\n", "no gzip"),
        };
        for (final String recorded : requests) {
            for (final String received : requests) {
                final String json = json(report(MissReason.NO_KEY, Stored.of(recorded), received));
                assertEquals(recorded.equals(received), json.contains("\"differenceCount\": 0"), json);
            }
        }
    }
}
