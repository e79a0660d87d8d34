package io.ouli.proxy;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.ouli.engine.OuliException;

/**
 * One change to a header of every upstream response, such as a redirect's host.
 *
 * @param header      the field's name, in any case.
 * @param regex       what to replace in its value, everywhere; RE2 syntax.
 * @param replacement may refer to groups as {@code $1}.
 */
public record ResponseHeaderReplacement(String header, String regex, String replacement) {
    /** Checks the expression; an {@link OuliException} says what is wrong with it. */
    public ResponseHeaderReplacement {
        try {
            Pattern.compile(regex);
        } catch (final PatternSyntaxException e) {
            throw new OuliException("the replacement for the response header " + header
                    + " has no valid expression: " + e.getMessage() + "; write RE2 syntax", e);
        }
    }
}
