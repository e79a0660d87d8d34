package io.ouli.proxy.transfer;

import io.ouli.engine.OuliException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Bodies as a HAR holds them: text in the charset of its type, or base64. */
final class HarBody {
    private static final String BASE64 = "base64";
    private static final Pattern CHARSET = Pattern.compile("(?i)charset\\s*=\\s*\"?([^\\s;\"]+)");

    private HarBody() {
    }

    /**
     * {@return a body's bytes}
     *
     * @param encoding {@code base64}, or null.
     * @throws OuliException if it is no base64 though it ought to be.
     */
    static byte[] bytes(final String text, final String encoding, final String mimeType) {
        if (!BASE64.equalsIgnoreCase(encoding)) {
            return text.getBytes(charset(mimeType));
        }
        try {
            return Base64.getMimeDecoder().decode(text);
        } catch (final IllegalArgumentException e) {
            throw new OuliException("its body is no base64", e);
        }
    }

    /** Puts a body as {@code text}, and {@code encoding} if it is not what its type says: {@link #bytes} undoes it. */
    static void put(final Map<String, Object> content, final byte[] body, final String mimeType) {
        final Charset charset = charset(mimeType);
        final String text = new String(body, charset);
        if (charset.canEncode() && Arrays.equals(text.getBytes(charset), body)) {
            content.put("text", text);
        } else {
            content.put("text", Base64.getEncoder().encodeToString(body));
            content.put("encoding", BASE64);
        }
    }

    private static Charset charset(final String mimeType) {
        final Matcher charset = CHARSET.matcher(mimeType);
        try {
            return charset.find() ? Charset.forName(charset.group(1)) : StandardCharsets.UTF_8;
        } catch (final IllegalArgumentException unknown) {
            return StandardCharsets.UTF_8;
        }
    }
}
