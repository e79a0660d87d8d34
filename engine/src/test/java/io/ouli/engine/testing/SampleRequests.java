package io.ouli.engine.testing;

import io.ouli.engine.testing.SampleRequest.Body;
import io.ouli.engine.testing.SampleRequest.Parameter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Arbitrary requests by what they mean, small ones and awkward ones first; they shrink. */
public final class SampleRequests {
    private static final String AWKWARD = "ab.~-_/%?#&=+ ;:@,!$'()*\"{}|^<>\\[]\u0001\u007f\u00e9\u00ff0129AZ";

    private SampleRequests() {
    }

    /** Returns requests of every kind. */
    public static Arbitrary<SampleRequest> requests() {
        final Arbitrary<String> methods =
                Arbitraries.of("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND");
        final Arbitrary<String> segments = text(6)
                .filter(text -> !text.isEmpty() && !text.equals(".") && !text.equals(".."));
        final Arbitrary<List<String>> accept = Arbitraries
                .of("*/*", "text/html", "application/json;q=0.5", "a/b;p=\"x,y\"", "image/*;q=0.1;ext")
                .map(range -> range.endsWith(";ext") ? range + "=1" : range)
                .list().ofMaxSize(3);
        final Arbitrary<String> range = Arbitraries.of("bytes=0-9", "bytes=1-", "bytes=-5, 7-8").injectNull(0.8);
        return Combinators
                .combine(methods, segments.list().ofMaxSize(4), Arbitraries.of(true, false),
                        parameters(0), accept, range, bodies())
                .as(SampleRequest::new)
                .withoutEdgeCases();
    }

    private static Arbitrary<String> text(final int maxLength) {
        return Arbitraries.oneOf(
                Arbitraries.strings().withChars(AWKWARD).ofMaxLength(maxLength),
                Arbitraries.of("a", "b", "id", "page", "users", "%41", "%2F", "a=b", "a&b", "+", " ", "{id}", "..a"));
    }

    private static Arbitrary<List<Parameter>> parameters(final int least) {
        final Arbitrary<Parameter> parameter = Combinators.combine(text(5), text(5).injectNull(0.2))
                .as((name, value) -> new Parameter(name, name.isEmpty() && value == null ? "" : value));
        return parameter.list().ofMinSize(least).ofMaxSize(5);
    }

    /** Returns bodies of every kind. */
    public static Arbitrary<Body> bodies() {
        final Arbitrary<Body> raw = Combinators
                .combine(
                        Arbitraries.of("text/plain", "application/octet-stream", "image/png", "application/xml"),
                        Arbitraries.bytes().array(byte[].class).ofMinSize(1).ofMaxSize(40))
                .as(SampleRequest.RawBody::new);
        final Arbitrary<Body> json = Combinators
                .combine(
                        Arbitraries.of("application/json", "text/json", "application/problem+json"),
                        json())
                .as(SampleRequest.JsonBody::new);
        final Arbitrary<Body> lines =
                json().list().ofMinSize(1).ofMaxSize(4).map(SampleRequest.LinesBody::new);
        final Arbitrary<Body> form = parameters(1).map(SampleRequest.FormBody::new);
        final Arbitrary<Body> multipart = text(8)
                .map(text -> "Content-Disposition: form-data; name=\"x\"\r\n\r\n" + text)
                .list().ofMinSize(1).ofMaxSize(3)
                .map(SampleRequest.MultipartBody::new);
        return Arbitraries.oneOf(
                Arbitraries.just(new SampleRequest.NoBody()), raw, json, json, lines, form, multipart);
    }

    /** Returns JSON values of every kind. */
    public static Arbitrary<JsonSample> json() {
        final Arbitrary<JsonSample> leaves = Arbitraries.oneOf(
                keys().map(JsonSample.Text::new),
                decimals().map(JsonSample.Decimal::new),
                Arbitraries.of(JsonSample.Word.class).map(word -> (JsonSample) word));
        return Arbitraries.recursive(() -> leaves, SampleRequests::containers, 0, 3);
    }

    private static Arbitrary<JsonSample> containers(final Arbitrary<JsonSample> inner) {
        final Arbitrary<JsonSample> elements = inner.list().ofMaxSize(4).map(JsonSample.Elements::new);
        final Arbitrary<JsonSample> members = Combinators.combine(keys(), inner).as(JsonSample.Member::new)
                .list().ofMaxSize(5).map(JsonSample.Members::new);
        return Arbitraries.oneOf(elements, members, members, inner);
    }

    private static Arbitrary<String> keys() {
        return Arbitraries.oneOf(
                Arbitraries.of(
                        "a", "b", "c", "A", "aa", "", "id", "\u00e9", "\u20ac", "\ud83d\ude00", "\uffff", "/", "~"),
                Arbitraries.strings().withChars("ab\"\\/\u0000\u0008\n\u001f\u007f\u00e9\u20ac ").ofMaxLength(6),
                Arbitraries.strings().all().ofMaxLength(4)
                        .filter(text -> StandardCharsets.UTF_8.newEncoder().canEncode(text)));
    }

    private static Arbitrary<BigDecimal> decimals() {
        final Arbitrary<BigDecimal> small = Combinators
                .combine(Arbitraries.integers().between(-200, 200), Arbitraries.integers().between(-4, 4))
                .as((digits, scale) -> BigDecimal.valueOf(digits, scale));
        final Arbitrary<BigDecimal> large = Combinators
                .combine(Arbitraries.bigIntegers(), Arbitraries.integers().between(-400, 400))
                .as((digits, scale) -> new BigDecimal(digits.multiply(BigInteger.valueOf(1_000_003)).pow(3), scale));
        return Arbitraries.oneOf(small, small, large);
    }
}
