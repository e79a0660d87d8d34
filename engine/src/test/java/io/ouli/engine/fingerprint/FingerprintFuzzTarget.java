package io.ouli.engine.fingerprint;

import io.ouli.engine.Limits;
import io.ouli.engine.core.Sha256;
import io.ouli.engine.http.RequestHead;
import io.ouli.engine.http.RequestParser;
import io.ouli.engine.testing.RequestChanges;
import io.ouli.engine.testing.RequestSpeller;
import io.ouli.engine.testing.SampleRequest;
import io.ouli.engine.testing.SampleRequests;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.AbstractMap;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import net.jqwik.api.RandomGenerator;
import net.jqwik.api.sessions.JqwikSession;

/** What must hold of the key of any request. */
public final class FingerprintFuzzTarget {
    /** docs/FINGERPRINT.md, Layout. */
    private static final Pattern ORDER = Pattern.compile("M[Pp](?:[Qq][VvT]?)*(?:H[VvT]*)*E?B?");
    private static final Fingerprinter REUSED = new Fingerprinter(FingerprintPolicy.DEFAULT);
    private static RandomGenerator<SampleRequest> requests;

    private FingerprintFuzzTarget() {
    }

    /**
     * Checks one request: the fast form is the plain one, its fields can be taken apart and put together again, and a
     * request that is spelled canonically is its own form.
     *
     * <pre>
     * method SP target LF (name: value LF)* LF body
     * </pre>
     */
    public static void anyRequest(final byte[] input) {
        final String text = latin1(input);
        final int headEnd = text.indexOf("\n\n");
        final String[] lines = (headEnd < 0 ? text : text.substring(0, headEnd)).split("\n", -1);
        final byte[] body =
                headEnd < 0 ? new byte[0] : Arrays.copyOfRange(input, headEnd + 2, input.length);
        final String fields = String.join("\r\n", Arrays.copyOfRange(lines, 1, lines.length));
        final RequestHead head = parse(lines[0] + " HTTP/1.1\r\nHost: h\r\n" + fields
                + (fields.isEmpty() ? "\r\n" : "\r\n\r\n"));
        if (head == null) {
            return;
        }
        final byte[] form = REUSED.canonicalForm(head, body, 0, body.length);
        takeApart(form);
        final byte[] key = new byte[Fingerprinter.KEY_BYTES];
        new Fingerprinter(FingerprintPolicy.DEFAULT).fingerprint(head, body, 0, body.length, key);
        require(Arrays.equals(Sha256.of(form), key), "a fingerprinter that was used before gives another key");
        compare(head, body, form);
        again(head, form);
    }

    private static RequestHead parse(final String text) {
        final byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        final RequestHead head = new RequestHead(Limits.MAX_HEADERS);
        return new RequestParser().parse(bytes, 0, bytes.length, head) == bytes.length ? head : null;
    }

    private static void takeApart(final byte[] form) {
        final StringBuilder tags = new StringBuilder();
        final ByteArrayOutputStream together = new ByteArrayOutputStream();
        together.writeBytes("ouli/1".getBytes(StandardCharsets.US_ASCII));
        for (final CanonicalForm.Field field : CanonicalForm.of(form).fields()) {
            tags.append(field.tag());
            together.write(field.tag());
            together.writeBytes(ByteBuffer.allocate(4).putInt(field.content().length).array());
            together.writeBytes(field.content());
        }
        require(ORDER.matcher(tags).matches(), "fields out of order: " + tags);
        require(Arrays.equals(form, together.toByteArray()), "the fields are not the form");
    }

    /** The plain form knows no content codings. */
    private static void compare(final RequestHead head, final byte[] body, final byte[] form) {
        final List<Map.Entry<String, String>> headers = IntStream.range(0, head.headers().count())
                .<Map.Entry<String, String>>mapToObj(i -> new AbstractMap.SimpleEntry<>(
                        head.headers().name(i), head.headers().value(i)))
                .toList();
        final boolean coded = headers.stream().anyMatch(header ->
                header.getKey().equalsIgnoreCase("content-encoding"));
        if (!coded || body.length == 0) {
            final byte[] plain = ReferenceForm.of(method(head), target(head), headers, body);
            require(Arrays.equals(plain, form), "plain: " + latin1(plain) + "\nfast:  " + latin1(form));
        }
    }

    /** Sends path and JSON as they stand in the form, which must change nothing. */
    private static void again(final RequestHead head, final byte[] form) {
        final CanonicalForm canonical = CanonicalForm.of(form);
        final CanonicalForm.Field path = canonical.fields().get(1);
        if (path.tag() == 'P') {
            final RequestHead other = parse("GET " + latin1(path.content()) + " HTTP/1.1\r\nHost: h\r\n\r\n");
            if (other != null) {
                final CanonicalForm.Field second =
                        CanonicalForm.of(REUSED.canonicalForm(other, new byte[0], 0, 0)).fields().get(1);
                require(second.tag() == 'P' && Arrays.equals(second.content(), path.content()),
                        "a canonical path is not its own form");
            }
        }
        if (canonical.bodyKind() == 'j' && head.headers().count() > 0) {
            final byte[] json = canonical.body();
            final CanonicalForm second = CanonicalForm.of(REUSED.canonicalForm(
                    parse("PUT / HTTP/1.1\r\nHost: h\r\nContent-Type: text/json\r\n\r\n"), json, 0, json.length));
            require(second.bodyKind() == 'j' && Arrays.equals(second.body(), json),
                    "canonical JSON is not its own form");
        }
    }

    private static String method(final RequestHead head) {
        return new String(head.bytes(), head.methodStart(), head.methodEnd() - head.methodStart(),
                StandardCharsets.ISO_8859_1);
    }

    private static String target(final RequestHead head) {
        return new String(head.bytes(), head.targetStart(), head.targetEnd() - head.targetStart(),
                StandardCharsets.ISO_8859_1);
    }

    /** Draws, by the bytes given, a request, two spellings of it, and another request: one key, and another. */
    public static void spelling(final byte[] input) {
        final Random random = new DrawnFrom(input);
        final SampleRequest request = requests().next(random).value();
        final RequestSpeller speller = new RequestSpeller(random);
        final byte[] form = form(speller.spell(request));
        final byte[] respelled = form(speller.spell(request));
        require(Arrays.equals(form, respelled), request + " in two spellings:\n" + latin1(form) + '\n'
                + latin1(respelled));
        final SampleRequest changed = new RequestChanges(random).change(request);
        require(!Arrays.equals(form, form(speller.spell(changed))), request + " has the key of " + changed);
    }

    /** Outside jqwik's own engine its generators want a session, which belongs to a thread. */
    private static RandomGenerator<SampleRequest> requests() {
        if (!JqwikSession.isActive()) {
            JqwikSession.start();
            requests = SampleRequests.requests().generator(1_000);
        }
        return requests;
    }

    private static byte[] form(final RequestSpeller.Message message) {
        final RequestHead head = parse(latin1(message.head()));
        require(head != null, "the speller made no request: " + latin1(message.head()));
        return REUSED.canonicalForm(head, message.body(), 0, message.body().length);
    }

    private static String latin1(final byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static void require(final boolean holds, final String message) {
        if (!holds) {
            throw new AssertionError(message);
        }
    }

    /** Chance that is read from bytes as long as there are some, so that a fuzzer steers it; then from their hash. */
    private static final class DrawnFrom extends Random {
        private static final long serialVersionUID = 1L;

        private final byte[] bytes;
        private int at;

        DrawnFrom(final byte[] bytes) {
            super(Arrays.hashCode(bytes));
            this.bytes = bytes;
        }

        @Override
        protected int next(final int bits) {
            final int chance = super.next(bits);
            if (bytes == null || at >= bytes.length) {
                return chance;
            }
            final int drawn = bytes[at++] * 0x9E3779B1;
            return bits == 32 ? drawn : drawn >>> 32 - bits;
        }
    }
}
