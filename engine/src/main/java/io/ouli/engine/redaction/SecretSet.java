package io.ouli.engine.redaction;

import io.ouli.redact.LiteralSearcher;
import io.ouli.redact.LiteralSearchers;
import io.ouli.redact.LiteralSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The secrets of a policy with the searchers that find them: as they are, in base64 at each alignment, and, in text
 * whose escapes were undone, in the form that undoing escapes gives a secret that looks like one itself.
 *
 * <p>Immutable until closed, shared by all threads.
 */
final class SecretSet implements AutoCloseable {
    /** Secrets shorter than this, in bytes, are searched for as they are only: their encoded forms are everywhere. */
    static final int MIN_ENCODED_LENGTH = 6;
    /** What undoing escapes leaves of a secret may be shorter, but not so short that it is everywhere. */
    private static final int MIN_DECODED_LENGTH = 4;
    private static final int NEUTRAL_LENGTH = 8;

    private final List<String> labels = new ArrayList<>();
    private final List<String> rules = new ArrayList<>();
    private final Forms direct;
    private final Forms deep;
    private final boolean[] escapable = new boolean[256];
    private boolean escapableBeyondAscii;
    private final byte[] neutral;
    private boolean lineBreaks;

    SecretSet(final Secrets secrets, final List<Integer> chosen, final LiteralSet.Order order, final boolean encoded) {
        final FormsBuilder plain = new FormsBuilder();
        final FormsBuilder decoded = new FormsBuilder();
        for (final int index : chosen) {
            final byte[] value = secrets.value(index);
            final int secret = labels.size();
            labels.add(secrets.label(index));
            rules.add("secret " + secrets.label(index));
            plain.add(value, secret, false);
            if (encoded && value.length >= MIN_ENCODED_LENGTH) {
                addEncoded(plain, decoded, value, secret);
            }
        }
        direct = plain.build(order);
        // A set without a secret that an escape could be mistaken for needs one searcher only.
        deep = decoded.sameAs(plain) ? direct : decoded.build(order);
        if (!decoded.isEmpty()) {
            for (int value = 0; value < 256; value++) {
                escapable[value] |= Escapes.introduces((byte) value);
            }
            lineBreaks = escapable['\n'] || escapable['\r'];
            addEscapableCharacters();
        }
        neutral = neutral(plain, decoded);
        plain.wipe();
        decoded.wipe();
    }

    /** A character that no form of any secret has; if there is none, one of those that few secrets have. */
    private static byte[] neutral(final FormsBuilder plain, final FormsBuilder decoded) {
        char chosen = '*';
        for (final char candidate : "*~_XQZJKVWY".toCharArray()) {
            if (!plain.holds((byte) candidate) && !decoded.holds((byte) candidate)) {
                chosen = candidate;
                break;
            }
        }
        return Ascii.bytes(String.valueOf(chosen).repeat(NEUTRAL_LENGTH));
    }

    private void addEncoded(
            final FormsBuilder plain,
            final FormsBuilder decoded,
            final byte[] value,
            final int secret) {
        decoded.add(value, secret, false);
        for (int before = 0; before < 3; before++) {
            for (final boolean url : new boolean[] {false, true}) {
                final byte[] characters = Base64Text.inner(value, before, url);
                plain.add(characters, secret, true);
                decoded.add(characters, secret, true);
            }
        }
        if (indexOf(value, (byte) ' ') >= 0) {
            final byte[] form = value.clone();
            for (int i = 0; i < form.length; i++) {
                form[i] = form[i] == ' ' ? (byte) '+' : form[i];
            }
            plain.add(form, secret, false);
            decoded.add(form, secret, false);
            addDecoded(decoded, form, secret);
        }
        addDecoded(decoded, value, secret);
        addEscapable(value);
    }

    private void addEscapable(final byte[] value) {
        for (final byte b : value) {
            escapable[b & 0xff] = true;
            escapableBeyondAscii |= b < 0;
        }
    }

    /**
     * Base64 may be escaped, whole where an encoder escapes all it can, and its line breaks with it; so may be parts of
     * an HTML entity, such as its {@code #} in a query.
     */
    private void addEscapableCharacters() {
        for (int value = 0; value < 0x80; value++) {
            escapable[value] |= Character.isLetterOrDigit(value) || "+/-_=\r\n#;".indexOf(value) >= 0;
        }
    }

    /** A secret with {@code %41} in it turns up as {@code A} where escapes around it are undone. */
    private void addDecoded(final FormsBuilder decoded, final byte[] value, final int secret) {
        byte[] form = value;
        while (true) {
            final byte[] out = new byte[form.length];
            final int length = Escapes.decode(form, 0, form.length, out);
            if (length == form.length || length < MIN_DECODED_LENGTH) {
                return;
            }
            form = Arrays.copyOf(out, length);
            decoded.add(form, secret, false);
            addEscapable(form);
        }
    }

    private static int indexOf(final byte[] bytes, final byte value) {
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == value) {
                return i;
            }
        }
        return -1;
    }

    /** {@return what makes up no secret, whatever it stands beside} */
    byte[] neutral() {
        return neutral;
    }

    /** {@return the forms to search for in a text as it is} */
    Forms direct() {
        return direct;
    }

    /** {@return the forms to search for in a text that was decoded from another} */
    Forms deep() {
        return deep;
    }

    /** {@return whether a secret may be escaped or in base64} */
    boolean hasEncodedForms() {
        return deep.searcher.literals().size() > 0;
    }

    /** {@return the length of the shortest run of base64 that can hold a secret inside something else} */
    int minBase64Run() {
        return ((deep.minRawLength + 1) * 4 + 2) / 3;
    }

    /**
     * {@return whether undoing an escape may bring a secret to light} A plain {@code \n}, of which JSON is full, does
     * so only for a secret with line breaks; base64 with line breaks is read without undoing them.
     */
    boolean escapable(final byte introduction, final long unit) {
        final int value = Escapes.singleByte(unit);
        if (introduction == '\\' && Escapes.length(unit) == 2 && (value == '\n' || value == '\r')) {
            return lineBreaks;
        }
        return value < 0 ? escapableBeyondAscii : escapable[value];
    }

    int size() {
        return labels.size();
    }

    String label(final int secret) {
        return labels.get(secret);
    }

    /** {@return a secret's name in reports} */
    String rule(final int secret) {
        return rules.get(secret);
    }

    @Override
    public void close() {
        direct.close();
        deep.close();
    }

    /** Literals, each of them a form of a secret. */
    static final class Forms implements AutoCloseable {
        final LiteralSearcher searcher;
        final int minRawLength;
        private final int[] secretOf;
        private final boolean[] base64;

        private Forms(final LiteralSet literals, final int[] secretOf, final boolean[] base64, final int minRawLength) {
            searcher = LiteralSearchers.forSet(literals);
            this.secretOf = secretOf;
            this.base64 = base64;
            this.minRawLength = minRawLength;
        }

        int secretOf(final int literal) {
            return secretOf[literal];
        }

        boolean isBase64(final int literal) {
            return base64[literal];
        }

        /** {@return whether overlapping secrets are treated as google/test-server treats them} */
        boolean leavesTails() {
            return searcher.literals().order() == LiteralSet.Order.LISTED;
        }

        int length(final int literal) {
            return searcher.literals().length(literal);
        }

        @Override
        public void close() {
            searcher.close();
            searcher.literals().close();
        }
    }

    private static final class FormsBuilder {
        private final List<byte[]> literals = new ArrayList<>();
        private final List<Integer> secrets = new ArrayList<>();
        private final List<Boolean> base64 = new ArrayList<>();

        void add(final byte[] literal, final int secret, final boolean isBase64) {
            for (final byte[] other : literals) {
                if (Arrays.equals(other, literal)) {
                    return;
                }
            }
            literals.add(literal.clone());
            secrets.add(secret);
            base64.add(isBase64);
        }

        boolean isEmpty() {
            return literals.isEmpty();
        }

        boolean holds(final byte character) {
            for (final byte[] literal : literals) {
                if (indexOf(literal, character) >= 0) {
                    return true;
                }
            }
            return false;
        }

        boolean sameAs(final FormsBuilder other) {
            for (int i = 0; i < literals.size(); i++) {
                if (i >= other.literals.size() || !Arrays.equals(literals.get(i), other.literals.get(i))) {
                    return false;
                }
            }
            return literals.size() == other.literals.size();
        }

        Forms build(final LiteralSet.Order order) {
            int minRawLength = Integer.MAX_VALUE >> 3;
            final int[] secretOf = new int[literals.size()];
            final boolean[] isBase64 = new boolean[literals.size()];
            for (int i = 0; i < secretOf.length; i++) {
                secretOf[i] = secrets.get(i);
                isBase64[i] = base64.get(i);
                minRawLength = isBase64[i] ? minRawLength : Math.min(minRawLength, literals.get(i).length);
            }
            return new Forms(LiteralSet.of(order, literals), secretOf, isBase64, minRawLength);
        }

        void wipe() {
            literals.forEach(literal -> Arrays.fill(literal, (byte) 0));
        }
    }
}
