package io.ouli.proxy.cli;

import io.ouli.engine.recording.Recording;
import io.ouli.proxy.transfer.StoredMessage;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;

/** A recorded interaction as one JSON object: what {@code show --json} and {@code export json} print. */
final class InteractionJson {
    private static final int MAX_JSON_BODY_BYTES = 8 << 20;
    private static final int KEY_BYTES = 32;

    private InteractionJson() {
    }

    /**
     * {@return the object of a sound interaction}
     *
     * @param number from 1.
     */
    static String of(final Recording recording, final long slot, final int number) {
        final StoredMessage request = StoredMessage.of(recording.request(slot));
        final StoredMessage response = StoredMessage.of(recording.response(slot));
        final byte[] key = new byte[KEY_BYTES];
        recording.copyKey(slot, key, 0);
        final String[] words = request.startLine().split(" ");
        final JsonLine requestLine = new JsonLine().add("method", words[0]).add("target", words[1]);
        final JsonLine responseLine = new JsonLine().add("status", recording.status(slot));
        return new JsonLine()
                .add("number", number)
                .add("time", time(recording, slot))
                .add("key", HexFormat.of().formatHex(key))
                .add("occurrence", recording.occurrence(slot))
                .addRaw("request", addContent(requestLine, request).end())
                .addRaw("response", addContent(responseLine, response).end())
                .end();
    }

    private static JsonLine addContent(final JsonLine line, final StoredMessage message) {
        final StringBuilder headers = new StringBuilder("[");
        for (final String header : message.headers()) {
            final int colon = header.indexOf(':');
            headers.append(headers.length() == 1 ? "[" : ",[").append(JsonLine.quote(header.substring(0, colon)))
                    .append(',').append(JsonLine.quote(header.substring(colon + 1).strip())).append(']');
        }
        line.addRaw("headers", headers.append(']').toString()).add("bodyBytes", message.body().length);
        if (message.body().length > MAX_JSON_BODY_BYTES) {
            return line.add("body", null);
        }
        final String text = JsonLine.utf8(message.body());
        return text != null ? line.add("body", text)
                : line.add("bodyBase64", Base64.getEncoder().encodeToString(message.body()));
    }

    /** {@return when the request arrived} */
    static String time(final Recording recording, final long slot) {
        final long nanos = recording.timeNanos(slot);
        return Instant.ofEpochSecond(nanos / 1_000_000_000L, nanos % 1_000_000_000L).toString();
    }
}
