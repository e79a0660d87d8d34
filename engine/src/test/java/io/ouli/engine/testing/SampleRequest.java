package io.ouli.engine.testing;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A request by what it means, whatever its spelling. Characters of paths and parameters are bytes, ISO-8859-1.
 *
 * @param method        in upper case.
 * @param segments      of the path, decoded, none of them empty, {@code .} or {@code ..}.
 * @param trailingSlash whether the path ends in a slash; always so without segments.
 * @param query         parameters in their order.
 * @param accept        media ranges in their order, in lower case.
 * @param range         the Range field's value, or null.
 * @param body          what it carries.
 */
public record SampleRequest(
        String method,
        List<String> segments,
        boolean trailingSlash,
        List<Parameter> query,
        List<String> accept,
        String range,
        Body body) {
    /**
     * A parameter of a query or a form.
     *
     * @param name  any bytes.
     * @param value any bytes; null if there is no {@code =}, and then the name is not empty.
     */
    public record Parameter(String name, String value) {
    }

    /** What a request carries. */
    public sealed interface Body {
    }

    /** No body. */
    public record NoBody() implements Body {
    }

    /** Bytes of a type that has no spelling of its own; at least one. */
    public record RawBody(String mediaType, byte[] content) implements Body {
        @Override
        public boolean equals(final Object other) {
            return other instanceof final RawBody raw
                    && raw.mediaType.equals(mediaType)
                    && Arrays.equals(raw.content, content);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(content);
        }
    }

    /** A JSON document under some JSON media type. */
    public record JsonBody(String mediaType, JsonSample value) implements Body {
    }

    /** JSON documents, one on each line; at least one. */
    public record LinesBody(List<JsonSample> values) implements Body {
    }

    /** A form; at least one parameter. */
    public record FormBody(List<Parameter> parameters) implements Body {
    }

    /** Parts, header fields and content together, without the boundary; at least one. */
    public record MultipartBody(List<String> parts) implements Body {
    }

    /** Returns a text that two requests share exactly if they mean the same. */
    public String meaning() {
        return method + segments.stream().map(SampleRequest::quote).toList() + (trailingSlash || segments.isEmpty())
                + parameters(query) + accept + range + meaning(body);
    }

    private static String meaning(final Body body) {
        return switch (body) {
            case final NoBody none -> "none";
            case final RawBody raw -> raw.mediaType() + HexFormat.of().formatHex(raw.content());
            case final JsonBody json -> json.mediaType() + JsonSample.meaning(json.value());
            case final LinesBody lines -> "lines" + lines.values().stream().map(JsonSample::meaning).toList();
            case final FormBody form -> "form" + parameters(form.parameters());
            case final MultipartBody multipart -> "parts"
                    + multipart.parts().stream().map(SampleRequest::quote).toList();
        };
    }

    private static String parameters(final List<Parameter> parameters) {
        return parameters.stream()
                .collect(Collectors.groupingBy(
                        Parameter::name,
                        TreeMap::new,
                        Collectors.mapping(
                                parameter -> parameter.value() == null ? "-" : quote(parameter.value()),
                                Collectors.toCollection(ArrayList::new))))
                .entrySet().stream()
                .map(entry -> quote(entry.getKey()) + entry.getValue())
                .toList()
                .toString();
    }

    /** Writes text so that nothing in it can pose as anything around it. */
    static String quote(final String text) {
        return '<' + HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_16BE)) + '>';
    }
}
