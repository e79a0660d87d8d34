package io.ouli.engine.redaction;

import io.ouli.redact.LiteralSearcher;
import io.ouli.redact.LiteralSearchers;
import io.ouli.redact.LiteralSet;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * What is taken out of requests and responses before fingerprint and storage: secrets, header fields, parameters, JSON
 * values, expressions. Immutable; made by a {@link RedactionPolicyBuilder}; safe for use by several threads.
 */
public final class RedactionPolicy implements AutoCloseable {
    /** What stands for what was taken out, unless a rule says otherwise. */
    public static final String DEFAULT_PLACEHOLDER = "REDACTED";

    /**
     * The request headers that are redacted unless asked otherwise: no reply depends on them. Response headers are not,
     * since replay owes their bytes.
     */
    public static final List<String> DEFAULT_REQUEST_HEADERS =
            List.of("authorization", "proxy-authorization", "cookie", "x-api-key", "x-goog-api-key");

    final SecretSet secrets;
    final byte[] placeholder;
    final List<HeaderRule> requestHeaders;
    final List<HeaderRule> responseHeaders;
    final List<TextRule> textRules;
    final List<JsonRule> jsonRules;
    final JsonRuleFilter jsonFilter;
    final List<ParameterRule> parameterRules;
    final int maxInflatedBytes;
    private final List<String> warnings;
    private final byte[] hash;

    RedactionPolicy(final RedactionPolicyBuilder builder, final SecretSet secrets, final List<String> warnings) {
        this.secrets = secrets;
        this.warnings = List.copyOf(warnings);
        placeholder = builder.placeholderBytes();
        requestHeaders = List.copyOf(builder.requestHeaders.values());
        responseHeaders = List.copyOf(builder.responseHeaders.values());
        textRules = List.copyOf(builder.textRules);
        jsonRules = List.copyOf(builder.jsonRules);
        jsonFilter = new JsonRuleFilter(jsonRules);
        parameterRules = List.copyOf(builder.parameterRules);
        maxInflatedBytes = builder.maxInflatedBytes;
        hash = PolicyHash.of(this, builder.order, builder.encodedForms);
    }

    /** Begins a policy with {@link #DEFAULT_REQUEST_HEADERS} in it. */
    public static RedactionPolicyBuilder builder() {
        return new RedactionPolicyBuilder();
    }

    /** {@return the policy of a user who asked for nothing: {@link #DEFAULT_REQUEST_HEADERS}} */
    public static RedactionPolicy defaults() {
        return builder().build();
    }

    /** {@return the policy that changes nothing} */
    public static RedactionPolicy none() {
        return builder().withoutDefaults().build();
    }

    /** Makes the object by which one thread redacts messages that are stored. */
    public MessageRedactor newRedactor() {
        return newRedactor(RedactionListener.NONE);
    }

    /** Makes the object by which one thread redacts messages that are stored, and tells what it does to them. */
    public MessageRedactor newRedactor(final RedactionListener listener) {
        return new MessageRedactor(this, requestHeaders, listener, true);
    }

    /**
     * Makes the object by which one thread redacts requests that are only fingerprinted: rules for headers that do not
     * count are left out, so that a request is not written anew for the sake of its Authorization.
     *
     * @param headerCounts whether the header of a lower case name is part of the fingerprint.
     */
    public MessageRedactor newRedactor(final Predicate<String> headerCounts) {
        final List<HeaderRule> counting = new ArrayList<>();
        for (final HeaderRule rule : requestHeaders) {
            if (headerCounts.test(Ascii.text(rule.lowerCaseName()))) {
                counting.add(rule);
            }
        }
        return new MessageRedactor(this, List.copyOf(counting), RedactionListener.NONE, false);
    }

    /** Makes the object by which one thread looks into coded bodies, as far as redaction does. */
    public BodyDecoder newBodyDecoder() {
        return new BodyDecoder(maxInflatedBytes);
    }

    /** Makes the object by which one thread checks that nothing was left. */
    public SecretScanner newScanner() {
        return new SecretScanner(this);
    }

    /**
     * {@return whether a secret of 6 bytes and more, as it is or in base64, stands in what cannot be redacted: a
     * method, a session's name, which becomes the name of a file}
     */
    public boolean namesSecret(final byte[] text, final int from, final int to) {
        return to - from >= SecretSet.MIN_ENCODED_LENGTH
                && secrets.size() > 0
                && secrets.deep().searcher.find(text, from, to) != LiteralSearcher.NONE;
    }

    /** {@return whether nothing is ever changed} */
    public boolean isEmpty() {
        return requestHeaders.isEmpty() && changesOnlyRequestHeaders() && leavesResponsesAlone();
    }

    /** {@return whether no more of a request may change than the headers that rules name} */
    boolean changesOnlyRequestHeaders() {
        return !looksIntoBodies();
    }

    /** {@return whether there is anything to look for in bodies} */
    boolean looksIntoBodies() {
        return secrets.size() > 0 || !textRules.isEmpty() || !jsonRules.isEmpty() || !parameterRules.isEmpty();
    }

    /** {@return whether no response changes} */
    boolean leavesResponsesAlone() {
        return secrets.size() == 0
                && textRules.isEmpty()
                && jsonRules.isEmpty()
                && responseHeaders.isEmpty();
    }

    /**
     * {@return 32 bytes that stand for the rules, in a recording's header} Secrets are not in it, nor how many there
     * are: a hash of a short secret would give it away to whoever tries a dictionary, and a secret that was renewed, or
     * is absent on replay, is no other policy.
     */
    public byte[] hash() {
        return hash.clone();
    }

    /** {@return how many secrets are searched for} */
    public int secretCount() {
        return secrets.size();
    }

    /** {@return what a user should know: secrets that are too short, or cannot be told from the placeholder} */
    public List<String> warnings() {
        return warnings;
    }

    /** {@return the policy in one line, without secrets and without expressions, which may hold some} */
    public String description() {
        final StringBuilder text = new StringBuilder();
        text.append(secrets.size()).append(" secrets");
        if (secrets.size() > 0) {
            text.append(", searched by ").append(LiteralSearchers.describe(secrets.direct().searcher));
        }
        appendNames(text, "; request headers ", requestHeaders);
        appendNames(text, "; response headers ", responseHeaders);
        appendCount(text, textRules.size(), " expressions");
        appendCount(text, jsonRules.size(), " JSON rules");
        appendCount(text, parameterRules.size(), " parameters");
        return text.toString();
    }

    private static void appendNames(final StringBuilder text, final String title, final List<HeaderRule> rules) {
        String separator = title;
        for (final HeaderRule rule : rules) {
            text.append(separator).append(Ascii.text(rule.lowerCaseName())).append(rule.remove() ? " (removed)" : "");
            separator = ", ";
        }
    }

    private static void appendCount(final StringBuilder text, final int count, final String what) {
        if (count > 0) {
            text.append("; ").append(count).append(what);
        }
    }

    /** Overwrites the secrets. No redactor or scanner of this policy may be used any more. */
    @Override
    public void close() {
        secrets.close();
    }

    @Override
    public String toString() {
        return description();
    }

    LiteralSet.Order order() {
        return secrets.direct().searcher.literals().order();
    }
}
