package io.ouli.engine.fingerprint;

import io.ouli.engine.http.TestHeads;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** One fingerprinter that takes many requests, some again and some nearly so: it must carry nothing over. */
class FingerprintSequenceProperties {
    private static final byte[] FORM_BODY = "b=2&a=1".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PART_BODY =
            "--x\r\n\r\none\r\n--x--\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final List<String> TYPE_PIECES = List.of(
            "application/json", "text/html", "multipart/mixed;boundary=x", "multipart/mixed;boundary=\"x\"",
            ";charset=UTF-8", ";charset=utf-8", "; b=1", ";a=2", ";boundary=y", "/", "\"", "\\", " ", ",", ",",
            ";q=0.5", "A", "x".repeat(60));
    private static final List<String> NAMES = List.of(
            "a", "b", "ab", "a%00", "%61", "A", "page", "name1", "name2", "name10", "a+b", "a%20b", "filter%5Bx%5D",
            "abcdefg", "abcdefgh", "abcdefghi", "abcdefg%68", "%", "%zz", "\u00e9", "%C3%A9", "");
    private static final List<String> VALUE_PIECES = List.of(
            "a", "1", "some+value", "%2C", "%2c", "%26", "=", "==", "+", "%", "%4", "%zz", "\u00ff", "?", "/", ";",
            "a longer plain value of more than 32 bytes".replace(' ', '_'), "1234567", "12345678");

    private final Fingerprinter fingerprinter = new Fingerprinter(FingerprintPolicy.DEFAULT);
    private final Fingerprinter neverMatching = new Fingerprinter(
            FingerprintPolicy.builder().placeholder("never", "\\x00never").build());
    private final Fingerprinter ignoring = new Fingerprinter(
            FingerprintPolicy.builder().ignoreQuery("a", "page", "name1", "a b", "abcdefgh", "%zz").build());

    private static byte[] query(final Fingerprinter fingerprinter, final String query) {
        return fingerprinter.canonicalForm(
                TestHeads.of("PUT /?" + query + " HTTP/1.1\r\n\r\n"), new byte[0], 0, 0);
    }

    private void check(final String target, final List<Map.Entry<String, String>> headers, final byte[] body) {
        final StringBuilder head = new StringBuilder("PUT " + target + " HTTP/1.1\r\n");
        headers.forEach(header -> head.append(header.getKey()).append(':').append(header.getValue()).append("\r\n"));
        final byte[] fast = fingerprinter.canonicalForm(TestHeads.of(head + "\r\n"), body, 0, body.length);
        assertEquals(readable(ReferenceForm.of("PUT", target, headers, body)), readable(fast));
    }

    private static String readable(final byte[] form) {
        return new String(form, StandardCharsets.ISO_8859_1);
    }

    private static <T> T any(final Random random, final List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private static String pieces(final Random random, final List<String> from, final int most) {
        final StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            text.append(any(random, from));
        }
        return text.toString();
    }

    /** Few values of few lengths, so that they come again, and others of the same lengths between them. */
    @Property(tries = 200)
    void shouldSpellHeadersThatComeAgainAsTheReferenceDoes(@ForAll final long seed) {
        final Random random = new Random(seed);
        final List<String> values = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            values.add(pieces(random, TYPE_PIECES, 4).strip());
        }
        for (int i = 0; i < 20; i++) {
            final List<Map.Entry<String, String>> headers = new ArrayList<>();
            for (int header = random.nextInt(4); header > 0; header--) {
                headers.add(Map.entry(any(random, List.of("Accept", "Content-Type", "Range")), any(random, values)));
            }
            check("/", headers, any(random, List.of(new byte[0], FORM_BODY, PART_BODY)));
        }
    }

    /** The same values with and without a body that makes the boundary irrelevant. */
    @Example
    void shouldKeepABoundaryWhereTheBodyIsNoMultipart() {
        for (final byte[] body : List.of(PART_BODY, FORM_BODY, PART_BODY, FORM_BODY, new byte[0], PART_BODY)) {
            check("/", List.of(Map.entry("Content-Type", "multipart/mixed;boundary=x")), body);
        }
    }

    @Example
    void shouldSpellValuesAroundTheLengthsThatAreKeptAsTheReferenceDoes() {
        for (int round = 0; round < 2; round++) {
            for (int bytes = KnownValues.VALUE_BYTES - 5; bytes <= KnownValues.VALUE_BYTES + 5; bytes++) {
                final String type = "a/" + "b".repeat(bytes - 2);
                // Each element of two bytes becomes a field of six.
                final String list = "a,".repeat(bytes / 2) + "a".repeat(bytes % 2);
                final String fittingList = "a,".repeat(KnownValues.FIELDS_BYTES / 6 - bytes % 3 + 1);
                for (final String value : List.of(type, list, fittingList, type.replace("/", " "))) {
                    check("/", List.of(Map.entry("Accept", value), Map.entry("Content-Type", value)), FORM_BODY);
                }
            }
        }
    }

    @Example
    void shouldSortAboutAsManyParametersAsOrdersAreKeptOfAsTheReferenceDoes() {
        for (int round = 0; round < 3; round++) {
            for (int count = NameOrders.MOST - 2; count <= NameOrders.MOST + 2; count++) {
                for (int step = 1; step < 20; step++) {
                    final StringBuilder query = new StringBuilder();
                    for (int i = 0; i < count; i++) {
                        query.append("&n").append((i * step + round) % 19).append("=").append(i).append(round);
                    }
                    check("/?" + query, List.of(), new byte[0]);
                }
            }
        }
    }

    /** Queries of the same names in the same places, and then in others, up to more than are sorted at once. */
    @Property(tries = 300)
    void shouldSpellParametersThatComeAgainAsTheReferenceDoes(@ForAll final long seed) {
        final Random random = new Random(seed);
        final List<String> names = new ArrayList<>();
        for (int i = random.nextInt(random.nextInt(8) == 0 ? 60 : 14); i >= 0; i--) {
            names.add(any(random, NAMES));
        }
        for (int i = 0; i < 12; i++) {
            if (random.nextInt(3) == 0) {
                Collections.shuffle(names, random);
            }
            if (random.nextInt(4) == 0) {
                names.set(random.nextInt(names.size()), any(random, NAMES));
            }
            final StringBuilder query = new StringBuilder();
            for (final String name : names) {
                query.append(query.length() == 0 && random.nextBoolean() ? "" : "&").append(name);
                if (random.nextInt(5) > 0) {
                    query.append('=').append(pieces(random, VALUE_PIECES, 4));
                }
            }
            check("/?" + query, List.of(), new byte[0]);
            assertEquals(
                    readable(query(fingerprinter, query.toString())), readable(query(neverMatching, query.toString())));
            final String counted = List.of(query.toString().split("&")).stream()
                    .filter(piece -> !piece.matches("(a|%61|page|name1|a\\+b|a%20b|abcdefgh|abcdefg%68|%zz)(=.*)?"))
                    .collect(Collectors.joining("&"));
            assertEquals(readable(query(fingerprinter, counted)), readable(query(ignoring, query.toString())));
            final byte[] form = query.toString().getBytes(StandardCharsets.ISO_8859_1);
            check("/", List.of(Map.entry("Content-Type", "application/x-www-form-urlencoded")), form);
        }
    }
}
