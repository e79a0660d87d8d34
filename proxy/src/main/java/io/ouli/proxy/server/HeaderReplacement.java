package io.ouli.proxy.server;

import com.google.re2j.Pattern;
import io.ouli.engine.http.Headers;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Changes the value of one response header, before it is stored and sent on. */
public final class HeaderReplacement {
    private final byte[] lowerCaseName;
    private final Pattern pattern;
    private final String replacement;

    /**
     * Creates a replacement.
     *
     * @param name        of the header, in any case.
     * @param pattern     what to replace, everywhere in the value.
     * @param replacement may refer to groups.
     */
    public HeaderReplacement(final String name, final Pattern pattern, final String replacement) {
        lowerCaseName = name.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII);
        this.pattern = pattern;
        this.replacement = replacement;
    }

    boolean concerns(final Headers headers, final int index) {
        return headers.nameIs(index, lowerCaseName);
    }

    String apply(final String value) {
        final String replaced = pattern.matcher(value).replaceAll(replacement);
        // What could end the line, or not be written in one byte, must not come in by a replacement.
        return replaced.chars().allMatch(c -> c == '\t' || c >= ' ' && c < 0x100 && c != 0x7F) ? replaced : value;
    }
}
