package io.ouli.engine.scan;

import java.util.Locale;

/**
 * The part of a message in which something was found.
 *
 * @param place  which part.
 * @param header the header's name in lower case; empty in other places.
 */
public record Field(Place place, String header) {
    /** Parts of a message; bodies by what names of values in them mean. */
    public enum Place {
        REQUEST_TARGET, REQUEST_HEADER, REQUEST_FORM, REQUEST_JSON, REQUEST_BODY,
        RESPONSE_HEADER, RESPONSE_FORM, RESPONSE_JSON, RESPONSE_BODY
    }

    /** Returns a part that is no header. */
    public static Field of(final Place place) {
        return new Field(place, "");
    }

    /** Returns a header. */
    public static Field header(final boolean request, final String name) {
        return new Field(request ? Place.REQUEST_HEADER : Place.RESPONSE_HEADER, name.toLowerCase(Locale.ROOT));
    }

    boolean isHeader() {
        return !header.isEmpty();
    }

    /** Returns whether it is a header that a list names. */
    boolean isOneOf(final java.util.Set<String> names) {
        return names.contains(header);
    }

    @Override
    public String toString() {
        return switch (place) {
            case REQUEST_TARGET -> "request target";
            case REQUEST_HEADER -> "request header " + header;
            case RESPONSE_HEADER -> "response header " + header;
            case REQUEST_FORM, REQUEST_JSON, REQUEST_BODY -> "request body";
            case RESPONSE_FORM, RESPONSE_JSON, RESPONSE_BODY -> "response body";
        };
    }
}
