package io.ouli.engine.match;

import io.ouli.engine.fingerprint.CanonicalForm;
import io.ouli.engine.fingerprint.FingerprintPolicy;
import io.ouli.engine.fingerprint.Fingerprinter;
import io.ouli.engine.fingerprint.FormDifference;
import io.ouli.engine.fingerprint.FormDifferences;
import io.ouli.engine.http.RequestHead;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Explains a miss: the reason, the closest recorded request, and each part that differs, as recorded and as received.
 *
 * <p>What it shows is what counts for the key, of requests that were redacted before. Made on the slow path; bounded by
 * the work that {@link ClosestRequest} allows itself.
 *
 * <pre>
 * {
 *   "result": "miss",
 *   "reason": "no-key",
 *   "session": "default",
 *   "message": "the session's recording holds no such request; the closest, number 3, differs in query.page: …",
 *   "request": {"method": "GET", "path": "/items", "key": "…"},
 *   "closest": {
 *     "number": 3, "method": "GET", "path": "/items", "key": "…",
 *     "differences": [{"field": "query.page", "recorded": "1", "received": "2"}],
 *     "differenceCount": 1
 *   },
 *   "recorded": 12, "compared": 4
 * }
 * </pre>
 */
public final class MissReport {
    private static final int LISTED_DIFFERENCES = 20;

    private static final int MAX_TEXT_CHARS = 4_000;

    private final String message;
    private final String json;
    private final String id;
    private final String text;

    private MissReport(final String message, final String text, final String json, final String id) {
        this.message = message;
        this.text = text.length() <= MAX_TEXT_CHARS ? text : text.substring(0, MAX_TEXT_CHARS) + "\u2026";
        this.json = json;
        this.id = id;
    }

    /** What was asked for, after redaction. */
    public record Request(RequestHead head, byte[] body, int bodyOffset, int bodyLength) {
    }

    /**
     * What is explained.
     *
     * @param reason   why there was no reply.
     * @param session  the session's name.
     * @param request  the request, redacted as it was before it was looked up.
     * @param policy   by which its key was made.
     * @param recorded the session's recorded requests, or null without a recording.
     * @param expected the place of the recorded order that a strict session expects, or -1.
     */
    public record Miss(
            MissReason reason,
            String session,
            Request request,
            FingerprintPolicy policy,
            RecordedRequests recorded,
            int expected) {
    }

    /** Explains a miss. */
    public static MissReport of(final Miss miss) {
        return of(miss, false);
    }

    /**
     * Explains a miss like {@link #of}, for a thread that others wait for.
     *
     * @return null if it would take long.
     */
    public static MissReport quick(final Miss miss) {
        return of(miss, true);
    }

    private static MissReport of(final Miss miss, final boolean quick) {
        final MissReason reason = miss.reason;
        final String session = miss.session;
        final Request request = miss.request;
        final RecordedRequests recorded = miss.recorded;
        final CanonicalForm received = CanonicalForm.of(new Fingerprinter(miss.policy)
                .canonicalForm(request.head(), request.body(), request.bodyOffset(), request.bodyLength()));
        final String key = HexFormat.of().formatHex(received.key());
        final JsonText json = new JsonText().open('{')
                .member("result", "miss")
                .member("reason", reason.code())
                .member("session", session);
        final JsonText details = new JsonText(1);
        String message = sentence(reason, session);
        FormDifferences differences = null;
        if (recorded != null && recorded.count() > 0) {
            final ClosestRequest search = new ClosestRequest(recorded, miss.policy, received, quick);
            if (reason == MissReason.OUT_OF_ORDER) {
                final CanonicalForm next = search.formAt(miss.expected);
                differences = next == null
                        ? null : FormDifferences.between(next, received, LISTED_DIFFERENCES);
                message += next == null ? "" : expected(next, miss.expected, differences, details);
            } else {
                message += closest(search, request.head(), reason, details);
                differences = search.differences();
            }
            if (search.tookLong()) {
                return null;
            }
        }
        json.member("message", message);
        json.name("request").open('{');
        describe(json, received, key).close('}');
        json.raw(details);
        if (recorded != null) {
            json.member("recorded", recorded.count());
        }
        final String text = "miss in session " + session + ", " + reason.code() + ": " + received.method() + ' '
                + received.path() + ": " + message + rest(differences);
        return new MissReport(message, text, json.close('}') + "\n", reason.code() + ' ' + session + ' ' + key);
    }

    private static String sentence(final MissReason reason, final String session) {
        return switch (reason) {
            case NO_RECORDING -> "the session " + session + " has no recording";
            case NO_KEY -> "the session's recording holds no such request";
            case EXHAUSTED -> "every recorded reply to this request was used";
            case OUT_OF_ORDER -> "the session is strict and expects another request";
            case DAMAGED -> "the recorded interaction is damaged";
        };
    }

    private static String closest(
            final ClosestRequest search, final RequestHead head, final MissReason reason, final JsonText details) {
        search.search(Arrays.copyOfRange(head.bytes(), head.methodStart(), head.targetEnd()));
        if (search.position() < 0) {
            return "";
        }
        details.name("closest").open('{').member("number", search.position() + 1L);
        describe(details, search.form(), HexFormat.of().formatHex(search.form().key()));
        list(details, search.differences());
        details.close('}').member("compared", search.compared());
        final int number = search.position() + 1;
        if (search.differences().count() > 0) {
            return "; the closest, number " + number + ", differs in " + summary(search.differences());
        }
        return reason == MissReason.NO_KEY
                ? "; number " + number + " looks the same: it was recorded under other rules, or test-server's hash of"
                + " it differs, which is also one of Content-Length, of Connection, or of the request before it"
                : "; it is number " + number + " of the recording";
    }

    private static String expected(
            final CanonicalForm next, final int position, final FormDifferences differences, final JsonText details) {
        details.name("expected").open('{').member("number", position + 1L);
        describe(details, next, HexFormat.of().formatHex(next.key()));
        list(details, differences);
        details.close('}');
        return ", number " + (position + 1) + ", " + next.method() + ' ' + next.path()
                + (differences.count() == 0 ? "" : "; it differs in " + summary(differences));
    }

    private static JsonText describe(final JsonText json, final CanonicalForm form, final String key) {
        return json.member("method", form.method()).member("path", form.path()).member("key", key);
    }

    private static void list(final JsonText json, final FormDifferences differences) {
        json.name("differences").open('[');
        for (final FormDifference difference : differences.list()) {
            json.element().open('{').member("field", difference.field());
            if (difference.pointer() != null) {
                json.member("pointer", difference.pointer());
            }
            json.member("recorded", difference.recorded()).member("received", difference.received()).close('}');
        }
        json.close(']').member("differenceCount", differences.count());
    }

    private static String summary(final FormDifferences differences) {
        final int more = differences.count() - 1;
        return differences.list().get(0) + (more > 0 ? " (and " + more + " more)" : "");
    }

    /** {@return the differences that the sentence left out} */
    private static String rest(final FormDifferences differences) {
        final StringBuilder rest = new StringBuilder();
        if (differences != null) {
            differences.list().stream().skip(1).forEach(difference -> rest.append("; ").append(difference));
        }
        return rest.toString();
    }

    /** {@return the report as JSON in UTF-8, ended by a line feed} */
    public byte[] json() {
        return json.getBytes(StandardCharsets.UTF_8);
    }

    /** {@return all of the report in one line, for standard error} */
    public String text() {
        return text;
    }

    /** {@return the report in one sentence} */
    public String message() {
        return message;
    }

    /** {@return what tells this miss from others: reason, session and key; for saying each once} */
    public String id() {
        return id;
    }
}
