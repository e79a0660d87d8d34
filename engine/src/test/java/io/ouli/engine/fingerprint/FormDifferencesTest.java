package io.ouli.engine.fingerprint;

import io.ouli.engine.http.TestHeads;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

class FormDifferencesTest {
    private static final FingerprintPolicy POLICY =
            FingerprintPolicy.builder().placeholder("id", "[0-9]+").build();
    private static final String FORM = "Content-Type: application/x-www-form-urlencoded\r\n";

    private static CanonicalForm form(final String requestLine, final String fields, final String body) {
        final byte[] head = (requestLine + " HTTP/1.1\r\n" + fields + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        final byte[] bytes = body.getBytes(StandardCharsets.ISO_8859_1);
        return CanonicalForm.of(new Fingerprinter(POLICY).canonicalForm(TestHeads.of(head), bytes, 0, bytes.length));
    }

    private static List<String> between(final CanonicalForm recorded, final CanonicalForm received) {
        return FormDifferences.between(recorded, received, 10).list().stream().map(FormDifference::toString).toList();
    }

    @Test
    void shouldTellAPlaceholderFromItsText() {
        assertEquals(
                List.of("query.a: recorded \"{id} (a placeholder)\", received \"{id} (as it came)\""),
                between(form("GET /?a=1", "", ""), form("GET /?a={id}", "", "")));
    }

    @Test
    void shouldTellValuesApartThatReadTheSame() {
        assertEquals(
                List.of("query.a: recorded \"%zz (unsound, as it came)\", received \"%zz (as it came)\""),
                between(form("GET /?a=%zz", "", ""), form("GET /?a=%25zz", "", "")));
        assertEquals(
                List.of("query.%zz: recorded \"b (the escapes of its name are unsound)\", received \"b (as it came)\""),
                between(form("GET /?%zz=b", "", ""), form("GET /?%25zz=b", "", "")));
        assertEquals(
                List.of("query.a: recorded \"(no value)\", received \"(no value) (as it came)\""),
                between(form("GET /?a", "", ""), form("GET /?a=(no+value)", "", "")));
    }

    @Test
    void shouldNameTheCodingOfABodyThatCannotBeDecoded() {
        assertEquals(
                "body.coding: recorded \"gzip\", received nothing",
                between(form("POST /", "Content-Encoding: gzip\r\n", "no gzip"), form("POST /", "", "no gzip")).get(0));
        assertEquals(
                List.of("body.coding: recorded \"x\", received \"y\""),
                between(
                        form("POST /", "Content-Encoding: x\r\n", "a"),
                        form("POST /", "Content-Encoding: y\r\n", "a")));
    }

    @Test
    void shouldShowAFormAsText() {
        assertEquals(
                List.of(
                        "header.content-type: recorded \"application/x-www-form-urlencoded\", received nothing",
                        "body.kind: recorded \"form\", received \"none\"",
                        "body: recorded \"a=b&c\", received nothing"),
                between(form("POST /", FORM, "c&a=b"), form("POST /", "", "")));
    }

    @Test
    void shouldSayThatARawBodyHasPlaceholders() {
        assertEquals(
                "body.kind: recorded \"raw, with placeholders\", received \"raw\"",
                between(form("POST /", "", "x1"), form("POST /", "", "x")).get(0));
    }
}
