package io.ouli.engine.redaction;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Nothing is left of a secret, in whatever it was wrapped; and a text without one is unchanged to the byte. */
class SecretFinderProperties {
    private static final int[] NO_MARKS = {};
    /** What a failing case may print; never the secret. */
    private static final String WHERE = "see the seed";

    @Property(tries = 3_000)
    void shouldLeaveNothingOfAWrappedSecret(
            @ForAll final long seed,
            @ForAll @IntRange(min = 0, max = 3) final int depth,
            @ForAll @IntRange(min = 6, max = 40) final int length) {
        final Random random = new Random(seed);
        final byte[] secret = secret(random, length);
        final byte[] before = Messages.bytes("some text, ".substring(random.nextInt(11)));
        final byte[] after = Messages.bytes(" and more.".substring(random.nextInt(10)));
        final byte[] inner = Messages.concat(before, Messages.concat(secret, after));
        final List<Wrapping> wrappings = new ArrayList<>();
        byte[] text = inner;
        for (int i = 0; i < depth; i++) {
            final Wrapping wrapping = Wrapping.values()[random.nextInt(Wrapping.values().length)];
            wrappings.add(wrapping);
            text = wrapping.wrap(text, random);
        }
        final SecretFinder finder = finder(secret, Messages.bytes("another-one!"));
        byte[] clean = finder.redact(text, 0, text.length, NO_MARKS, true);
        assertNotNull(clean, wrappings + WHERE);
        assertEquals(-1, finder.find(clean, 0, clean.length), wrappings + WHERE);
        for (final Wrapping wrapping : wrappings.reversed()) {
            assertTrue(indexOf(clean, secret) < 0, wrappings + WHERE);
            if (wrapping.isBase64() && cannotKeepItsLength(wrappings, wrappings.indexOf(wrapping))) {
                return;
            }
            clean = unwrap(wrapping, clean, wrappings);
        }
        assertTrue(indexOf(clean, secret) < 0, wrappings + WHERE);
        // The neighbours are what they were, and between them there is nothing but placeholder.
        final String result = Messages.text(clean, 0, clean.length);
        assertTrue(result.startsWith(Messages.text(before, 0, before.length)), wrappings + WHERE);
        assertTrue(result.endsWith(Messages.text(after, 0, after.length)), wrappings + WHERE);
        final String between = result.substring(before.length, result.length() - after.length);
        assertTrue("REDACTED".repeat(999).startsWith(between) && between.length() >= 6, wrappings + WHERE);
    }

    /** A slash of base64 that JSON wrote as two bytes cannot become another character of two bytes. */
    private static boolean cannotKeepItsLength(final List<Wrapping> wrappings, final int index) {
        final List<Wrapping> around = wrappings.subList(index + 1, wrappings.size());
        final int json = around.indexOf(Wrapping.JSON);
        return json >= 0 && around.subList(json, around.size()).stream().anyMatch(Wrapping::isBase64);
    }

    private static byte[] unwrap(final Wrapping wrapping, final byte[] text, final List<Wrapping> wrappings) {
        try {
            return wrapping.unwrap(text);
        } catch (final IllegalArgumentException | StringIndexOutOfBoundsException e) {
            throw new AssertionError(wrappings + ": " + wrapping + " cannot be read any more, " + WHERE, e);
        }
    }

    @Property(tries = 1_000)
    void shouldLeaveATextWithoutSecretsAlone(
            @ForAll final long seed,
            @ForAll @IntRange(min = 0, max = 3) final int depth,
            @ForAll @IntRange(min = 6, max = 40) final int length) {
        final Random random = new Random(seed);
        final byte[] secret = secret(random, length);
        // All but one character of it: whatever is looked at, it is not the secret.
        final byte[] near = secret.clone();
        near[random.nextInt(near.length)] = 'q';
        final byte[] inner = random.nextInt(3) == 0 ? secret(random, 60) : near;
        byte[] text = inner;
        for (int i = 0; i < depth; i++) {
            text = Wrapping.values()[random.nextInt(Wrapping.values().length)].wrap(text, random);
        }
        if (indexOf(inner, secret) < 0) {
            assertNull(finder(secret).redact(text, 0, text.length, NO_MARKS, true), WHERE);
        }
    }

    @Property(tries = 300)
    void shouldLeaveRandomBytesAlone(
            @ForAll final long seed,
            @ForAll @IntRange(min = 1, max = 256) final int alphabet) {
        final Random random = new Random(seed);
        final byte[] text = new byte[random.nextInt(4_000)];
        for (int i = 0; i < text.length; i++) {
            text[i] = (byte) ('%' + random.nextInt(alphabet));
        }
        final byte[] copy = text.clone();
        assertNull(finder(secret(random, 20)).redact(text, 0, text.length, NO_MARKS, true), WHERE);
        assertTrue(Arrays.equals(copy, text), WHERE);
    }

    @Property(tries = 8)
    void shouldFindSecretsAnywhereInALongText(@ForAll final long seed) {
        final Random random = new Random(seed);
        final byte[] secret = secret(random, 30);
        final byte[] text = new byte[(3 << 20) + random.nextInt(1_000)];
        Arrays.fill(text, (byte) ' ');
        final SecretFinder finder = finder(secret);
        final List<String> expected = new ArrayList<>();
        // Around the ends of windows, and somewhere.
        for (int i = 0; i < 12; i++) {
            final byte[] part = Wrapping.values()[random.nextInt(5)].wrap(secret, random);
            final int place = i < 6
                    ? (1 + i % 2) * (1 << 20) + i / 2 * (1 << 15) - random.nextInt(400)
                    : i * 200_000 + 77;
            System.arraycopy(part, 0, text, place, part.length);
            final byte[] cleanPart = finder.redact(part, 0, part.length, NO_MARKS, true);
            expected.add(Messages.text(cleanPart, 0, cleanPart.length));
        }
        final byte[] clean = finder.redact(text, 0, text.length, NO_MARKS, true);
        assertNotNull(clean, WHERE);
        final String result = Messages.text(clean, 0, clean.length);
        assertTrue(expected.stream().allMatch(result::contains), WHERE);
        assertEquals(-1, finder.find(clean, 0, clean.length), WHERE);
    }

    private static SecretFinder finder(final byte[]... secrets) {
        final RedactionPolicyBuilder builder = RedactionPolicy.builder();
        for (final byte[] secret : secrets) {
            builder.secret("test", secret);
        }
        final RedactionPolicy policy = builder.build();
        return new SecretFinder(policy.secrets, policy.placeholder, RedactionListener.NONE);
    }

    /** Returns letters and digits mostly, at times much that needs escaping, at times what looks escaped. */
    private static byte[] secret(final Random random, final int length) {
        final String alphabet = switch (random.nextInt(5)) {
            case 0 -> "ABCDEFGHIJKLMNOPRSTUVWXYZ0123456789-_";
            case 1 -> "abcXYZ019/+=";
            case 2 -> "aB3 %&\\\"'<>/?#+=;u0041";
            case 3 -> "%41\\u0x&#;25aA";
            default -> "aZ9\u00e4\u00df\u20ac";
        };
        final StringBuilder text = new StringBuilder("Z");
        while (text.toString().getBytes(StandardCharsets.UTF_8).length < length - 1) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        final byte[] bytes = text.append('W').toString().getBytes(StandardCharsets.UTF_8);
        // A secret that consists of escapes is searched for as it is only.
        return plainLength(bytes) < 4 ? Messages.bytes("Z123456W") : bytes;
    }

    private static int plainLength(final byte[] bytes) {
        byte[] plain = bytes;
        while (true) {
            final byte[] out = new byte[plain.length];
            final int length = Escapes.decode(plain, 0, plain.length, out);
            if (length == plain.length) {
                return length;
            }
            plain = Arrays.copyOf(out, length);
        }
    }

    private static int indexOf(final byte[] text, final byte[] part) {
        return Messages.text(text, 0, text.length).indexOf(Messages.text(part, 0, part.length));
    }
}
