package io.ouli.proxy.config;

import io.ouli.engine.EndpointPolicy;
import io.ouli.engine.OuliException;
import io.ouli.engine.fingerprint.FingerprintPolicy;
import io.ouli.engine.redaction.RedactionPolicy;
import io.ouli.engine.redaction.RedactionPolicyBuilder;
import io.ouli.engine.testserver.TestServerRules;
import io.ouli.engine.testserver.TestServerTarget;
import io.ouli.redact.LiteralSet;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Reads {@code redaction:} and {@code fingerprint:}, the file's own and each endpoint's, into one policy. */
final class PolicyReader {
    private final YamlMap fileRedaction;
    private final YamlMap fileFingerprint;
    private final List<String> fileHeaders;
    private final Consumer<RedactionPolicyBuilder> extra;

    /**
     * Reads what holds for every endpoint.
     *
     * @param file  the whole file.
     * @param extra adds what the file does not know: secrets, and rules of the command line.
     */
    PolicyReader(final YamlMap file, final Consumer<RedactionPolicyBuilder> extra) {
        fileRedaction = file.map("redaction");
        fileFingerprint = file.map("fingerprint");
        fileHeaders = EndpointReader.headerNames(file, "redact_request_headers");
        this.extra = extra;
    }

    /**
     * {@return the policy of one endpoint: the file's rules, then its own}
     *
     * @param target as test-server has it.
     */
    EndpointPolicy read(final YamlMap endpoint, final TestServerTarget target) {
        final RedactionPolicyBuilder redaction = RedactionPolicy.builder();
        final FingerprintPolicy.Builder fingerprint = FingerprintPolicy.builder();
        if (fileRedaction != null) {
            readRedaction(fileRedaction, redaction);
        }
        fileHeaders.forEach(redaction::redactRequestHeader);
        final YamlMap ownRedaction = endpoint.map("redaction");
        if (ownRedaction != null) {
            readRedaction(ownRedaction, redaction);
        }
        final List<String> ownHeaders = EndpointReader.headerNames(endpoint, "redact_request_headers");
        ownHeaders.forEach(redaction::redactRequestHeader);
        extra.accept(redaction);
        if (fileFingerprint != null) {
            readFingerprint(fileFingerprint, fingerprint);
        }
        final YamlMap ownFingerprint = endpoint.map("fingerprint");
        if (ownFingerprint != null) {
            readFingerprint(ownFingerprint, fingerprint);
        }
        final List<String> removedHeaders = new ArrayList<>(fileHeaders);
        removedHeaders.addAll(ownHeaders);
        final TestServerRules testServer = new TestServerRules(target, removedHeaders, redaction.listedSecrets());
        return new EndpointPolicy(redaction.build(), fingerprint.build(), testServer);
    }

    private static void readRedaction(final YamlMap map, final RedactionPolicyBuilder into) {
        if (map.has("placeholder")) {
            checked(map, "placeholder", () -> into.placeholder(map.text("placeholder")));
        }
        if (Boolean.FALSE.equals(map.flag("defaults"))) {
            into.withoutDefaults();
        }
        final LiteralSet.Order order = map.choice("literal_order", LiteralSet.Order.class);
        if (order != null) {
            into.literalOrder(order);
        }
        final Boolean encodedForms = map.flag("encoded_forms");
        if (encodedForms != null) {
            into.encodedForms(encodedForms);
        }
        rules(map, "request_headers", into::redactRequestHeader, into::redactRequestHeader);
        each(map, "remove_request_headers", into::removeRequestHeader);
        each(map, "keep_request_headers", into::keepRequestHeader);
        rules(map, "response_headers", into::redactResponseHeader, into::redactResponseHeader);
        each(map, "remove_response_headers", into::removeResponseHeader);
        rules(map, "parameters", into::parameter, into::parameter);
        rules(map, "json_pointers", into::jsonPointer, into::jsonPointer);
        rules(map, "json_keys", into::jsonKey, into::jsonKey);
        rules(map, "expressions", into::expression, into::expression);
        map.end();
    }

    private static void rules(
            final YamlMap map,
            final String key,
            final Consumer<String> rule,
            final BiConsumer<String, String> ruleWithPlaceholder) {
        for (final YamlMap.Rule one : map.rules(key)) {
            checked(map, key, () -> {
                if (one.placeholder() == null) {
                    rule.accept(one.text());
                } else {
                    ruleWithPlaceholder.accept(one.text(), one.placeholder());
                }
            });
        }
    }

    private static void readFingerprint(final YamlMap map, final FingerprintPolicy.Builder into) {
        each(map, "include_headers", into::includeHeaders);
        each(map, "exclude_headers", into::excludeHeaders);
        if (map.has("all_headers_but")) {
            into.allHeadersBut();
        }
        each(map, "all_headers_but", into::allHeadersBut);
        each(map, "ignore_json", into::ignoreJson);
        each(map, "ignore_query", into::ignoreQuery);
        each(map, "ignore_form", into::ignoreForm);
        if (Boolean.TRUE.equals(map.flag("ignore_body"))) {
            into.ignoreBody();
        }
        for (final YamlMap placeholder : map.maps("placeholders")) {
            final String name = placeholder.required("name");
            final String expression = placeholder.required("expression");
            final FingerprintPolicy.Part[] parts = parts(placeholder);
            placeholder.end();
            checked(placeholder, "expression", () -> into.placeholder(name, expression, parts));
        }
        map.end();
    }

    private static FingerprintPolicy.Part[] parts(final YamlMap map) {
        final List<FingerprintPolicy.Part> parts = new ArrayList<>();
        for (final String text : map.texts("parts")) {
            try {
                parts.add(Choices.parse(FingerprintPolicy.Part.class, text));
            } catch (final IllegalArgumentException e) {
                throw map.error("parts", "'" + map.path("parts") + "' " + e.getMessage());
            }
        }
        return parts.toArray(FingerprintPolicy.Part[]::new);
    }

    private static void each(final YamlMap map, final String key, final Consumer<String> rule) {
        for (final String text : map.texts(key)) {
            checked(map, key, () -> rule.accept(text));
        }
    }

    /** The engine says what is wrong with a rule; the file and the line are known here. */
    private static void checked(final YamlMap map, final String key, final Runnable rule) {
        try {
            rule.run();
        } catch (final ConfigException e) {
            throw e;
        } catch (final OuliException e) {
            throw map.error(key, "'" + map.path(key) + "': " + e.getMessage());
        }
    }
}
