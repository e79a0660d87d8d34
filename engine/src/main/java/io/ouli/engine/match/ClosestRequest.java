package io.ouli.engine.match;

import io.ouli.engine.fingerprint.CanonicalForm;
import io.ouli.engine.fingerprint.FingerprintPolicy;
import io.ouli.engine.fingerprint.Fingerprinter;
import io.ouli.engine.fingerprint.FormDifferences;
import io.ouli.engine.http.RequestHead;
import io.ouli.engine.http.RequestParser;
import io.ouli.engine.Limits;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Looks for the recorded request that is most like a given one, within a bound of work, never of time: the same
 * recording and request give the same answer.
 *
 * <p>First a look at the request lines: those with the same method and path (as they came) are candidates; if there are
 * none, those whose line is most like. Then candidates are compared by their canonical forms. Of equals the first wins.
 */
public final class ClosestRequest {
    static final int MAX_LINES = 1 << 14;
    static final int MAX_CANDIDATES = 1 << 10;
    static final int MAX_COMPARED_BYTES = 4 << 20;
    /** The same for a thread that others wait for. */
    static final int MAX_BYTES_COMPARED_INLINE = 256 << 10;
    private static final byte[] CONTENT_ENCODING = "content-encoding".getBytes(StandardCharsets.US_ASCII);
    private static final int LINE_BYTES = 512;
    private static final int LISTED_DIFFERENCES = 20;

    private final RecordedRequests requests;
    private final Fingerprinter fingerprinter;
    private final CanonicalForm received;
    /** Whether to give up when it takes long. */
    private final boolean quick;
    private boolean tookLong;
    private int position = -1;
    private int lines;
    private int compared;
    private CanonicalForm form;
    private FormDifferences differences;

    /**
     * Prepares the search for one request.
     *
     * @param received its canonical form under the policy.
     */
    public ClosestRequest(
            final RecordedRequests requests, final FingerprintPolicy policy, final CanonicalForm received) {
        this(requests, policy, received, false);
    }

    /**
     * Prepares the search for one request.
     *
     * @param quick whether to give up when much has to be compared; {@link #tookLong} tells.
     */
    ClosestRequest(
            final RecordedRequests requests,
            final FingerprintPolicy policy,
            final CanonicalForm received,
            final boolean quick) {
        this.requests = requests;
        this.received = received;
        this.quick = quick;
        fingerprinter = new Fingerprinter(policy);
    }

    /**
     * Searches.
     *
     * @param asked the received request, or its beginning up to the end of its path.
     */
    public void search(final byte[] asked) {
        final byte[] line = Arrays.copyOf(asked, pathEnd(asked, asked.length));
        final int[] candidates = candidates(line);
        long bytes = 0;
        for (int i = 0; i < candidates.length && bytes <= MAX_COMPARED_BYTES && !tookLong; i++) {
            final byte[] request = read(candidates[i]);
            if (request != null) {
                bytes += request.length;
                tookLong |= quick && bytes > MAX_BYTES_COMPARED_INLINE;
                compare(candidates[i], request);
            }
        }
    }

    /** {@return whether the search was given up, because it was to be a quick one} */
    boolean tookLong() {
        return tookLong;
    }

    /**
     * Reads the canonical form of the request at a position.
     *
     * @return null if it is damaged or cannot be read.
     */
    CanonicalForm formAt(final int where) {
        final byte[] request = read(where);
        return request == null ? null : canonicalForm(request);
    }

    private byte[] read(final int where) {
        final int length = requests.copy(where, new byte[0]);
        if (length < 0) {
            return null;
        }
        final byte[] request = new byte[length];
        requests.copy(where, request);
        return request;
    }

    private CanonicalForm canonicalForm(final byte[] request) {
        final RequestHead head = new RequestHead(Limits.MAX_HEADERS);
        final int headLength = new RequestParser().parse(request, 0, request.length, head);
        // A body under a coding may hold a thousand times its length.
        tookLong |= quick && headLength > 0 && (request.length > MAX_BYTES_COMPARED_INLINE
                || headLength < request.length && head.headers().find(CONTENT_ENCODING, 0) >= 0);
        return headLength <= 0 || tookLong
                ? null
                : CanonicalForm.of(
                        fingerprinter.canonicalForm(head, request, headLength, request.length - headLength));
    }

    private void compare(final int where, final byte[] request) {
        final CanonicalForm candidate = canonicalForm(request);
        if (candidate == null) {
            return;
        }
        compared++;
        final FormDifferences found = FormDifferences.between(candidate, received, LISTED_DIFFERENCES);
        if (differences == null || found.cost() < differences.cost()) {
            position = where;
            form = candidate;
            differences = found;
        }
    }

    private int[] candidates(final byte[] line) {
        lines = Math.min(requests.count(), MAX_LINES);
        final int[] same = new int[Math.min(lines, MAX_CANDIDATES)];
        int sameCount = 0;
        final long[] others = new long[lines];
        int otherCount = 0;
        final byte[] start = new byte[LINE_BYTES];
        for (int i = 0; i < lines && sameCount < same.length; i++) {
            final int length = Math.min(requests.copy(i, start), start.length);
            if (length < 0) {
                continue;
            }
            final int end = pathEnd(start, length);
            if (Arrays.equals(start, 0, end, line, 0, line.length)) {
                same[sameCount++] = i;
            } else if (sameCount == 0) {
                others[otherCount++] = (long) unlikeness(start, end, line) << Integer.SIZE | i;
            }
        }
        if (sameCount > 0) {
            return Arrays.copyOf(same, sameCount);
        }
        Arrays.sort(others, 0, otherCount);
        return Arrays.stream(others, 0, Math.min(otherCount, MAX_CANDIDATES / 16)).mapToInt(each -> (int) each)
                .toArray();
    }

    /** {@return the end of method and path in a request line} */
    private static int pathEnd(final byte[] line, final int length) {
        int at = 0;
        while (at < length && line[at] != ' ') {
            at++;
        }
        at++;
        while (at < length && line[at] != ' ' && line[at] != '?' && line[at] != '\r') {
            at++;
        }
        return Math.min(at, length);
    }

    /** {@return how many bytes lie between the common beginning and the common end} */
    private static int unlikeness(final byte[] left, final int leftLength, final byte[] right) {
        final int shorter = Math.min(leftLength, right.length);
        int head = 0;
        while (head < shorter && left[head] == right[head]) {
            head++;
        }
        int tail = 0;
        while (tail < shorter - head && left[leftLength - 1 - tail] == right[right.length - 1 - tail]) {
            tail++;
        }
        return Math.max(leftLength, right.length) - head - tail;
    }

    /** {@return the position of the closest request, or -1 if there is none to compare} */
    public int position() {
        return position;
    }

    /** {@return the closest request's form} */
    CanonicalForm form() {
        return form;
    }

    /** {@return in what it differs} */
    FormDifferences differences() {
        return differences;
    }

    /** {@return how many recorded requests were looked at, in part or in whole} */
    int lines() {
        return lines;
    }

    /** {@return how many were compared in whole} */
    int compared() {
        return compared;
    }
}
