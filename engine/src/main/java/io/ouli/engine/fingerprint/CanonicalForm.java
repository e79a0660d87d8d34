package io.ouli.engine.fingerprint;

import io.ouli.engine.core.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A canonical form taken apart into its fields, to be shown and compared; allocates, for the control plane. */
public final class CanonicalForm {
    private static final int PREFIX_BYTES = 6;

    private final byte[] bytes;
    private final List<Field> fields;

    /**
     * One field of the form.
     *
     * @param tag     as docs/FINGERPRINT.md lists them.
     * @param content the field's bytes.
     */
    record Field(char tag, byte[] content) {
        String text() {
            return CanonicalForm.text(content, 0, content.length);
        }
    }

    private CanonicalForm(final byte[] bytes) {
        this.bytes = bytes;
        fields = split(bytes, PREFIX_BYTES, bytes.length);
    }

    /** Takes apart what {@link Fingerprinter#canonicalForm} gave. */
    public static CanonicalForm of(final byte[] form) {
        return new CanonicalForm(form);
    }

    static List<Field> split(final byte[] form, final int start, final int end) {
        final List<Field> fields = new ArrayList<>();
        for (int at = start; at < end;) {
            final int length = ByteBuffer.wrap(form).getInt(at + 1);
            final byte[] content = Arrays.copyOfRange(form, at + 5, at + 5 + length);
            fields.add(new Field((char) form[at], content));
            at += 5 + length;
        }
        return fields;
    }

    List<Field> fields() {
        return fields;
    }

    /** {@return the form itself, a copy} */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** {@return the key: SHA-256 of the form, 32 bytes} */
    public byte[] key() {
        return Sha256.of(bytes);
    }

    /** {@return the method as it counts} */
    public String method() {
        return fields.get(0).text();
    }

    /** {@return the path as it counts} */
    public String path() {
        return fields.get(1).text();
    }

    /** {@return the kind byte of the body, or 0 without one} */
    byte bodyKind() {
        final Field last = fields.get(fields.size() - 1);
        return last.tag() == 'B' ? last.content()[0] : BodyForm.NONE;
    }

    /** {@return the body's canonical bytes, empty without one} */
    byte[] body() {
        final Field last = fields.get(fields.size() - 1);
        return last.tag() == 'B' ? Arrays.copyOfRange(last.content(), 1, last.content().length) : new byte[0];
    }

    /** {@return the form as text, one line for each field, values behind their names} */
    @Override
    public String toString() {
        final StringBuilder text = new StringBuilder("ouli/1\n");
        appendFields(fields, "", text);
        return text.toString();
    }

    private static void appendFields(final List<Field> fields, final String indent, final StringBuilder text) {
        for (final Field field : fields) {
            final boolean value = field.tag() == 'V' || field.tag() == 'v' || field.tag() == 'T';
            text.append(indent).append(value ? "  " : "").append(field.tag()).append(' ');
            if (field.tag() == 'B') {
                appendBody(field.content(), text);
            } else {
                text.append(field.text()).append('\n');
            }
        }
    }

    private static void appendBody(final byte[] content, final StringBuilder text) {
        final byte kind = content[0];
        text.append((char) kind);
        if (kind == BodyForm.FORM || kind == BodyForm.MULTIPART) {
            text.append('\n');
            appendFields(split(content, 1, content.length), "  ", text);
        } else {
            text.append(' ').append(text(content, 1, content.length)).append('\n');
        }
    }

    /** {@return bytes as text: UTF-8 without control characters as it is, anything else with escapes} */
    static String text(final byte[] bytes, final int start, final int end) {
        String decoded;
        try {
            decoded = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, start, end - start)).toString();
        } catch (final CharacterCodingException binary) {
            decoded = null;
        }
        if (decoded != null && decoded.chars().noneMatch(c -> c < ' ' || c == 0x7f)) {
            return decoded;
        }
        final StringBuilder text = new StringBuilder();
        if (decoded != null) {
            decoded.chars().forEach(c -> appendChar(c, c < ' ' || c == 0x7f, text));
        } else {
            for (int i = start; i < end; i++) {
                appendChar(bytes[i] & 0xff, bytes[i] < ' ' || bytes[i] == 0x7f, text);
            }
        }
        return text.toString();
    }

    private static void appendChar(final int c, final boolean escaped, final StringBuilder text) {
        if (escaped) {
            text.append(String.format("\\x%02x", c));
        } else {
            text.append((char) c);
        }
    }
}
