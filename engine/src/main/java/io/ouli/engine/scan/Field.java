package io.ouli.engine.scan;

import java.util.Locale;
import java.util.Set;

/**
 * The part of a message in which something was found.
 *
 * @param place  which part.
 * @param header the header's name in lower case; empty in other places.
 */
public record Field(Place place, String header) {
    /** Parts of a message; bodies by what names of values in them mean. */
    public enum Place {
        /** The request's target, with its query. */
        REQUEST_TARGET,
        /** A header of the request. */
        REQUEST_HEADER,
        /** A form that the request carries. */
        REQUEST_FORM,
        /** JSON that the request carries. */
        REQUEST_JSON,
        /** Any other body of a request. */
        REQUEST_BODY,
        /** A header or trailer of the response. */
        RESPONSE_HEADER,
        /** A form that the response carries. */
        RESPONSE_FORM,
        /** JSON that the response carries. */
        RESPONSE_JSON,
        /** Any other body of a response. */
        RESPONSE_BODY
    }

    /** Returns a part that is no header. */
    public static Field of(final Place place) {
        return new Field(place, "");
    }

    /** {@return a header} */
    public static Field header(final boolean request, final String name) {
        return new Field(request ? Place.REQUEST_HEADER : Place.RESPONSE_HEADER, name.toLowerCase(Locale.ROOT));
    }

    boolean isHeader() {
        return !header.isEmpty();
    }

    /** {@return whether it is a header that a list names} */
    boolean isOneOf(final Set<String> names) {
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
