package io.ouli.engine;

import io.ouli.engine.http.Headers;
import io.ouli.engine.http.RequestHead;
import io.ouli.engine.http.ResponseHead;
import io.ouli.engine.recording.Recording;
import io.ouli.engine.redaction.BodyDecoder;
import io.ouli.engine.redaction.RedactionException;
import io.ouli.engine.redaction.RedactionPolicy;
import io.ouli.engine.redaction.SecretFinding;
import io.ouli.engine.redaction.SecretScanner;
import io.ouli.engine.scan.Field.Place;
import io.ouli.engine.scan.Field;
import io.ouli.engine.scan.Leak;
import io.ouli.engine.scan.LeakFinder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * Looks through recordings for what looks like a secret, and for the secrets that a policy names. For one thread.
 *
 * <p>Changes nothing, and tells nothing of what it finds but where it is and what it looks like.
 */
public final class RecordingScan {
    /** Takes what is found. */
    public interface Visitor {
        /**
         * Something looks like a secret.
         *
         * @param interaction as {@code ouli show --number} counts, from 1.
         */
        void leak(int interaction, Leak leak);

        /** A secret that the policy names is there. */
        void secret(int interaction, SecretFinding finding);

        /** Something of an interaction cannot be read. */
        void unreadable(int interaction, String reason);
    }

    private final LeakFinder finder = new LeakFinder();
    private final SecretScanner secrets;
    private final BodyDecoder decoder;
    private final RequestMessage message = new RequestMessage();
    private final StoredResponseReader reader = new StoredResponseReader();
    private Visitor visitor;
    private int interaction;

    /**
     * Makes a scan for one thread.
     *
     * @param policy whose secrets are looked for, in every form.
     */
    public RecordingScan(final RedactionPolicy policy) {
        secrets = policy.newScanner();
        decoder = policy.newBodyDecoder();
    }

    /**
     * Scans one recording.
     *
     * @return how many interactions it has.
     * @throws OuliException if nothing of it can be read.
     */
    public int scan(final Path file, final Visitor into) {
        visitor = into;
        try (Recording recording = Recording.openUnsealed(file)) {
            for (int rank = 0; rank < recording.count(); rank++) {
                interaction = rank + 1;
                final long slot = recording.slotAt(rank);
                if (slot < 0 || !recording.verify(slot)) {
                    visitor.unreadable(interaction, "it is damaged");
                    continue;
                }
                try {
                    request(recording.request(slot));
                } catch (final OuliException e) {
                    visitor.unreadable(interaction, "request: " + e.getMessage());
                }
                try {
                    response(recording, slot);
                } catch (final OuliException e) {
                    visitor.unreadable(interaction, "response: " + e.getMessage());
                }
            }
            return recording.count();
        } finally {
            visitor = null;
        }
    }

    private void request(final byte[] bytes) {
        message.read(bytes, 0, bytes.length);
        final RequestHead head = message.head();
        find(Field.of(Place.REQUEST_TARGET), Arrays.copyOfRange(bytes, head.targetStart(), head.targetEnd()));
        headers(head.headers(), true);
        known(secrets.scanRequest(SecretCheck.interactionName(interaction - 1), bytes, 0, bytes.length));
        body(head.headers(), true, message.body(), message.bodyOffset(), message.bodyLength());
    }

    private void response(final Recording recording, final long slot) {
        final byte[] bytes = recording.response(slot);
        reader.read(recording, slot, bytes);
        final ResponseHead head = reader.head();
        headers(head.headers(), false);
        find(Field.of(Place.RESPONSE_BODY), Arrays.copyOf(reader.trailers(), reader.trailersLength()));
        known(secrets.scanResponse(SecretCheck.interactionName(interaction - 1), bytes, 0, bytes.length));
        body(head.headers(), false, reader.body().bytes(), 0, reader.body().length());
    }

    private void known(final SecretFinding finding) {
        if (finding != null) {
            visitor.secret(interaction, finding);
        }
    }

    private void headers(final Headers headers, final boolean request) {
        for (int i = 0; i < headers.count(); i++) {
            find(Field.header(request, headers.name(i)),
                    Arrays.copyOfRange(headers.bytes(), headers.valueStart(i), headers.valueEnd(i)));
        }
    }

    /** Looks into what a body holds, and as many compressed files in it as are searched for named secrets. */
    private void body(
            final Headers headers, final boolean request, final byte[] bytes, final int offset, final int length) {
        byte[] plain = null;
        final String coding = value(headers, "content-encoding");
        if (!coding.isEmpty() && length > 0) {
            plain = decoder.decode(coding, bytes, offset, offset + length, new int[0]);
        }
        byte[] file = plain == null
                ? decoder.decodeFile(bytes, offset, offset + length, new int[0])
                : decoder.decodeFile(plain, 0, plain.length, new int[0]);
        for (int depth = 1; file != null; depth++) {
            if (depth > Limits.MAX_CONTENT_CODINGS) {
                throw new RedactionException("its body has more than " + Limits.MAX_CONTENT_CODINGS
                        + " compressed files in one another, which are not searched; look into them by hand");
            }
            plain = file;
            file = decoder.decodeFile(plain, 0, plain.length, new int[0]);
        }
        final String type = value(headers, "content-type").toLowerCase(Locale.ROOT);
        final boolean form = type.startsWith("application/x-www-form-urlencoded");
        final Place place = form ? request ? Place.REQUEST_FORM : Place.RESPONSE_FORM
                : type.contains("json") || type.startsWith("text/event-stream")
                        ? request ? Place.REQUEST_JSON : Place.RESPONSE_JSON
                        : request ? Place.REQUEST_BODY : Place.RESPONSE_BODY;
        find(Field.of(place), plain == null ? Arrays.copyOfRange(bytes, offset, offset + length) : plain);
    }

    private static String value(final Headers headers, final String name) {
        final int field = headers.find(name.getBytes(StandardCharsets.US_ASCII), 0);
        return field < 0 ? "" : headers.value(field);
    }

    private void find(final Field field, final byte[] content) {
        finder.find(field, content, leak -> visitor.leak(interaction, leak));
    }
}
