package io.ouli.engine.fingerprint;

/**
 * One part in which two requests differ.
 *
 * @param field    {@code method}, {@code path}, {@code query.NAME}, {@code header.NAME}, {@code coding}, {@code body},
 *                 {@code body.kind}, {@code form.NAME}, {@code part[N]} or {@code line[N]}; a repeated name's further
 *                 values are {@code query.NAME[1]} and so on.
 * @param pointer  the JSON pointer inside the field, or null.
 * @param recorded the recorded value as it counts, cut if it is long; null if there is none.
 * @param received the received value, likewise.
 * @param cost     how much the difference weighs when the closest request is looked for.
 */
public record FormDifference(String field, String pointer, String recorded, String received, int cost) {
    @Override
    public String toString() {
        return field + (pointer == null || pointer.isEmpty() ? "" : " " + pointer)
                + ": recorded " + quote(recorded) + ", received " + quote(received);
    }

    private static String quote(final String value) {
        return value == null ? "nothing" : '"' + value + '"';
    }
}
