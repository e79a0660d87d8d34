package io.ouli.engine.redaction;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.ouli.engine.Limits;
import io.ouli.redact.LiteralSet;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Collects the rules of a {@link RedactionPolicy}. A rule without a placeholder of its own gets the policy's; set that
 * first. Every method throws a {@link RedactionException} for a rule that cannot be.
 */
public final class RedactionPolicyBuilder {
    /** Characters of a regular expression; what is longer is a list of secrets in the wrong place. */
    private static final int MAX_EXPRESSION_LENGTH = 4_096;
    /** Safe as they are in a header, a URL, a form, JSON and HTML. */
    private static final int MAX_PLACEHOLDER_LENGTH = 64;
    /** Beside letters and digits. */
    private static final String PLACEHOLDER_SIGNS = "._~*-";
    private static final String HEADER_NAME_SIGNS = "!#$%&'*+.^_`|~-";

    final Map<String, HeaderRule> requestHeaders = new LinkedHashMap<>();
    final Map<String, HeaderRule> responseHeaders = new LinkedHashMap<>();
    final List<TextRule> textRules = new ArrayList<>();
    final List<JsonRule> jsonRules = new ArrayList<>();
    final List<ParameterRule> parameterRules = new ArrayList<>();
    LiteralSet.Order order = LiteralSet.Order.LONGEST_FIRST;
    boolean encodedForms = true;
    /** Lower in tests. */
    int maxInflatedBytes = Limits.MAX_RESPONSE_BYTES;
    private final Secrets secrets = new Secrets();
    private String placeholder = RedactionPolicy.DEFAULT_PLACEHOLDER;

    RedactionPolicyBuilder() {
        RedactionPolicy.DEFAULT_REQUEST_HEADERS.forEach(this::redactRequestHeader);
    }

    /** Forgets the default request headers. */
    public RedactionPolicyBuilder withoutDefaults() {
        RedactionPolicy.DEFAULT_REQUEST_HEADERS.forEach(requestHeaders::remove);
        return this;
    }

    /**
     * Sets what stands for secrets, and for what later rules take out.
     *
     * @param text 1 to 64 letters, digits and {@code . _ ~ * -}: it stands in headers, URLs, JSON and HTML unescaped.
     */
    public RedactionPolicyBuilder placeholder(final String text) {
        placeholder = checkedPlaceholder(text);
        return this;
    }

    /**
     * Adds a copy of one secret.
     *
     * @param label says where it came from, never what it is.
     */
    public RedactionPolicyBuilder secret(final String label, final byte[] secret) {
        secrets.add(label, secret);
        return this;
    }

    /** Adds copies of secrets; the caller still closes its own. */
    public RedactionPolicyBuilder secrets(final Secrets more) {
        for (int i = 0; i < more.size(); i++) {
            secrets.add(more.label(i), more.value(i));
        }
        return this;
    }

    /** {@return copies of the secrets that were added, the first listed first; none once the policy is built} */
    public LiteralSet listedSecrets() {
        final List<byte[]> values = new ArrayList<>();
        for (int i = 0; i < secrets.size(); i++) {
            values.add(secrets.value(i));
        }
        return LiteralSet.of(LiteralSet.Order.LISTED, values);
    }

    /** Sets which secret wins where several begin at one place; {@code LISTED} is what google/test-server does. */
    public RedactionPolicyBuilder literalOrder(final LiteralSet.Order literalOrder) {
        order = literalOrder;
        return this;
    }

    /** Sets whether secrets are searched for in escaped form and in base64 too; they are by default. */
    public RedactionPolicyBuilder encodedForms(final boolean search) {
        encodedForms = search;
        return this;
    }

    /** Replaces the values of a request header by the placeholder. */
    public RedactionPolicyBuilder redactRequestHeader(final String name) {
        return redactRequestHeader(name, placeholder);
    }

    /** Replaces the values of a request header. */
    public RedactionPolicyBuilder redactRequestHeader(final String name, final String by) {
        return header(requestHeaders, "request header ", name, false, by);
    }

    /** Removes a request header. */
    public RedactionPolicyBuilder removeRequestHeader(final String name) {
        return header(requestHeaders, "request header ", name, true, placeholder);
    }

    /** Leaves a request header alone, against an earlier rule or a default. */
    public RedactionPolicyBuilder keepRequestHeader(final String name) {
        requestHeaders.remove(name.toLowerCase(Locale.ROOT));
        return this;
    }

    /** Replaces the values of a response header by the placeholder. */
    public RedactionPolicyBuilder redactResponseHeader(final String name) {
        return redactResponseHeader(name, placeholder);
    }

    /** Replaces the values of a response header. */
    public RedactionPolicyBuilder redactResponseHeader(final String name, final String by) {
        return header(responseHeaders, "response header ", name, false, by);
    }

    /** Removes a response header. */
    public RedactionPolicyBuilder removeResponseHeader(final String name) {
        return header(responseHeaders, "response header ", name, true, placeholder);
    }

    private RedactionPolicyBuilder header(
            final Map<String, HeaderRule> rules,
            final String side,
            final String name,
            final boolean remove,
            final String by) {
        final String lowerCase = checkedHeaderName(name);
        if (List.of("host", "content-length", "transfer-encoding", "connection").contains(lowerCase)) {
            throw new RedactionException("header " + name + " cannot be redacted: no message is whole without it");
        }
        rules.put(lowerCase, new HeaderRule(Ascii.bytes(lowerCase), remove, checkedBytes(by), side + lowerCase));
        return this;
    }

    /** Replaces what an RE2 expression matches in targets, header values and bodies by the placeholder. */
    public RedactionPolicyBuilder expression(final String expression) {
        return expression(expression, placeholder);
    }

    /** Replaces what an RE2 expression matches in targets, header values and bodies. */
    public RedactionPolicyBuilder expression(final String expression, final String by) {
        textRules.add(new TextRule(
                compile(expression), checkedBytes(by), "expression #" + (textRules.size() + 1)));
        return this;
    }

    /** Replaces what an RFC 6901 pointer names in JSON bodies; a segment {@code *} is any member or element. */
    public RedactionPolicyBuilder jsonPointer(final String pointer) {
        return jsonPointer(pointer, placeholder);
    }

    /** Replaces what an RFC 6901 pointer names in JSON bodies; a segment {@code *} is any member or element. */
    public RedactionPolicyBuilder jsonPointer(final String pointer, final String by) {
        jsonRules.add(JsonRule.pointer(pointer, checkedBytes(by)));
        return this;
    }

    /** Replaces the values of members of this very name in JSON bodies, at any depth, by the placeholder. */
    public RedactionPolicyBuilder jsonKey(final String key) {
        return jsonKey(key, placeholder);
    }

    /** Replaces the values of members of this very name in JSON bodies, at any depth. */
    public RedactionPolicyBuilder jsonKey(final String key, final String by) {
        jsonRules.add(JsonRule.key(key, checkedBytes(by)));
        return this;
    }

    /** Replaces the values of query and form parameters of this very name by the placeholder. */
    public RedactionPolicyBuilder parameter(final String name) {
        return parameter(name, placeholder);
    }

    /** Replaces the values of query and form parameters of this very name. */
    public RedactionPolicyBuilder parameter(final String name, final String by) {
        parameterRules.add(
                new ParameterRule(name.getBytes(StandardCharsets.UTF_8), checkedBytes(by), "parameter " + name));
        return this;
    }

    byte[] placeholderBytes() {
        return Ascii.bytes(placeholder);
    }

    private static String checkedPlaceholder(final String text) {
        if (!consistsOf(text, PLACEHOLDER_SIGNS, MAX_PLACEHOLDER_LENGTH)) {
            throw new RedactionException("a placeholder is 1 to 64 letters, digits and . _ ~ * -: it stands unescaped"
                    + " in headers, URLs, JSON and HTML");
        }
        return text;
    }

    /** Not by an expression: to load the JDK's takes a start longer than all else that is checked in it. */
    private static boolean consistsOf(final String text, final String signs, final int maxLength) {
        for (int i = 0; i < text.length(); i++) {
            final char c = text.charAt(i);
            final boolean isAlphanumeric = c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9';
            if (!isAlphanumeric && signs.indexOf(c) < 0) {
                return false;
            }
        }
        return !text.isEmpty() && text.length() <= maxLength;
    }

    private static byte[] checkedBytes(final String text) {
        return Ascii.bytes(checkedPlaceholder(text));
    }

    private static String checkedHeaderName(final String name) {
        if (!consistsOf(name, HEADER_NAME_SIGNS, Limits.MAX_HEADER_NAME_BYTES)) {
            throw new RedactionException("a rule's header name is no name of a header; check its spelling");
        }
        return name.toLowerCase(Locale.ROOT);
    }

    private static Pattern compile(final String expression) {
        if (expression.length() > MAX_EXPRESSION_LENGTH) {
            throw new RedactionException("an expression is longer than " + MAX_EXPRESSION_LENGTH
                    + " characters; split it, or name the secrets themselves");
        }
        try {
            return Pattern.compile(expression);
        } catch (final PatternSyntaxException e) {
            // Neither the expression nor the cause, which quotes it: it may hold what it was written to hide.
            throw new RedactionException("an expression is not RE2 syntax: " + e.getDescription());
        }
    }

    /** Makes the policy. The builder's copies of the secrets are overwritten; it is of no further use. */
    public RedactionPolicy build() {
        final List<String> warnings = new ArrayList<>();
        final List<Integer> chosen = new ArrayList<>();
        for (int i = 0; i < secrets.size(); i++) {
            if (isInAPlaceholder(secrets.value(i))) {
                warnings.add(secrets.label(i) + " is part of a placeholder and is not searched for");
            } else {
                chosen.add(i);
                if (secrets.value(i).length < SecretSet.MIN_ENCODED_LENGTH) {
                    warnings.add(secrets.label(i) + " is shorter than " + SecretSet.MIN_ENCODED_LENGTH
                            + " bytes: it is searched for as it is, not in encoded forms, and may be found by chance");
                }
            }
        }
        if (order == LiteralSet.Order.LISTED) {
            warnOfTails(chosen, warnings);
        }
        final int patterns = chosen.size() + textRules.size();
        if (patterns > Limits.MAX_REDACTION_PATTERNS) {
            throw new RedactionException("there are " + patterns + " secrets and expressions; "
                    + Limits.MAX_REDACTION_PATTERNS + " is the limit");
        }
        try (secrets) {
            return new RedactionPolicy(this, new SecretSet(secrets, chosen, order, encodedForms), warnings);
        } catch (final IllegalStateException e) {
            // ouli.simd asks for what is not there.
            throw new RedactionException(e.getMessage(), e);
        }
    }

    private void warnOfTails(final List<Integer> chosen, final List<String> warnings) {
        for (final int later : chosen) {
            for (final int earlier : chosen) {
                if (earlier < later && startsWith(secrets.value(later), secrets.value(earlier))) {
                    warnings.add(secrets.label(later) + " begins with " + secrets.label(earlier)
                            + ", which is listed before it: the rest of it is left in the text");
                }
            }
        }
    }

    private static boolean startsWith(final byte[] text, final byte[] prefix) {
        return text.length > prefix.length && Arrays.equals(text, 0, prefix.length, prefix, 0, prefix.length);
    }

    /** Twice in a row, since a placeholder that fills a longer place is repeated. */
    private boolean isInAPlaceholder(final byte[] secret) {
        final List<byte[]> placeholders = new ArrayList<>();
        placeholders.add(placeholderBytes());
        requestHeaders.values().forEach(rule -> placeholders.add(rule.placeholder()));
        responseHeaders.values().forEach(rule -> placeholders.add(rule.placeholder()));
        textRules.forEach(rule -> placeholders.add(rule.placeholder()));
        jsonRules.forEach(rule -> placeholders.add(rule.placeholder()));
        parameterRules.forEach(rule -> placeholders.add(rule.placeholder()));
        for (final byte[] each : placeholders) {
            if (isInTwo(each, secret)) {
                return true;
            }
        }
        return false;
    }

    /** Bytes, and not text: a String of a secret would stay in memory until the collector comes by. */
    private static boolean isInTwo(final byte[] placeholder, final byte[] secret) {
        for (int from = 0; from < placeholder.length; from++) {
            int i = 0;
            while (i < secret.length
                    && from + i < 2 * placeholder.length
                    && placeholder[(from + i) % placeholder.length] == secret[i]) {
                i++;
            }
            if (i == secret.length) {
                return true;
            }
        }
        return false;
    }
}
