package io.ouli.engine.fingerprint;

import io.ouli.engine.Limits;
import io.ouli.engine.core.Sha256;
import io.ouli.engine.http.RequestHead;
import io.ouli.engine.http.RequestParser;
import io.ouli.engine.testing.RequestChanges;
import io.ouli.engine.testing.RequestSpeller;
import io.ouli.engine.testing.SampleRequest;
import io.ouli.engine.testing.SampleRequests;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What keys promise: one meaning, one key, whatever the spelling; another meaning, another key. */
class FingerprintProperties {
    private final Fingerprinter fingerprinter = new Fingerprinter(FingerprintPolicy.DEFAULT);

    @Provide
    Arbitrary<SampleRequest> requests() {
        return SampleRequests.requests();
    }

    private String form(final RequestSpeller.Message message) {
        final RequestHead head = new RequestHead(Limits.MAX_HEADERS);
        final RequestParser parser = new RequestParser();
        final int length = parser.parse(message.head(), 0, message.head().length, head);
        assertEquals(message.head().length, length, () -> parser.fault() + " " + text(message.head()));
        return text(fingerprinter.canonicalForm(head, message.body(), 0, message.body().length));
    }

    private static String text(final byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    @Property
    void shouldGiveOneFormToEverySpelling(@ForAll("requests") final SampleRequest request, @ForAll final long seed) {
        final RequestSpeller speller = new RequestSpeller(new Random(seed));
        final String form = form(speller.spell(request));
        for (int i = 0; i < 5; i++) {
            assertEquals(form, form(speller.spell(request)));
        }
    }

    @Property
    void shouldGiveAnotherFormToEveryChange(@ForAll("requests") final SampleRequest request, @ForAll final long seed) {
        final Random random = new Random(seed);
        final RequestSpeller speller = new RequestSpeller(random);
        final RequestChanges changes = new RequestChanges(random);
        final String form = form(speller.spell(request));
        for (int i = 0; i < 5; i++) {
            final SampleRequest changed = changes.change(request);
            assertNotEquals(form, form(speller.spell(changed)), changed::toString);
        }
    }

    @Property
    void shouldTellApartWhateverMeansDifferentThings(
            @ForAll("requests") final SampleRequest one, @ForAll("requests") final SampleRequest other) {
        final RequestSpeller speller = new RequestSpeller(new Random(1));
        final boolean isOneForm = form(speller.spell(one)).equals(form(speller.spell(other)));
        assertEquals(one.meaning().equals(other.meaning()), isOneForm);
    }

    @Property
    void shouldNameTheChangeItSees(@ForAll("requests") final SampleRequest request, @ForAll final long seed) {
        final Random random = new Random(seed);
        final RequestSpeller speller = new RequestSpeller(random);
        final CanonicalForm form = parsed(form(speller.spell(request)));
        final CanonicalForm changed = parsed(form(speller.spell(new RequestChanges(random).change(request))));
        assertEquals(0, FormDifferences.between(form, form, 10).count());
        assertTrue(FormDifferences.between(form, changed, 10).count() > 0);
        assertTrue(FormDifferences.between(form, changed, 10).cost() > 0);
    }

    private static CanonicalForm parsed(final String form) {
        return CanonicalForm.of(form.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Property
    void shouldGiveAnyBodyAKeyUnderAnyPolicy(
            @ForAll("requests") final SampleRequest request, @ForAll @Size(max = 200) final byte[] body) {
        final FingerprintPolicy policy = FingerprintPolicy.builder()
                .allHeadersBut("x-not")
                .ignoreJson("/*/a", "/a", "/0")
                .ignoreQuery("a")
                .placeholder("digits", "[0-9]+")
                .placeholder("brace", "[{}]")
                .build();
        final RequestSpeller.Message message = new RequestSpeller(new Random(2)).spell(request);
        final RequestHead head = new RequestHead(Limits.MAX_HEADERS);
        new RequestParser().parse(message.head(), 0, message.head().length, head);
        final Fingerprinter other = new Fingerprinter(policy);
        final byte[] key = new byte[Fingerprinter.KEY_BYTES];
        other.fingerprint(head, body, 0, body.length, key);
        assertEquals(
                HexFormat.of().formatHex(Sha256.of(other.canonicalForm(head, body, 0, body.length))),
                HexFormat.of().formatHex(key));
    }
}
