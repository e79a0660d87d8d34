package io.ouli.proxy.cli;

import io.ouli.engine.EndpointPolicy;
import io.ouli.engine.fingerprint.FingerprintPolicy;
import io.ouli.engine.redaction.RedactionException;
import io.ouli.engine.redaction.RedactionPolicy;
import io.ouli.engine.redaction.RedactionPolicyBuilder;
import io.ouli.engine.redaction.Secrets;
import io.ouli.engine.testserver.TestServerRules;
import io.ouli.engine.testserver.TestServerTarget;
import io.ouli.proxy.config.FileConfig;
import io.ouli.proxy.config.FileEndpoint;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The flags by which a command is told what is secret and what makes a key, one and the same for all commands. */
final class PolicyFlags {
    private static final String HEADER = "--redact-header";
    private static final String REMOVED_HEADER = "--remove-header";
    private static final String RESPONSE_HEADER = "--redact-response-header";
    private static final String PARAMETER = "--redact-parameter";
    private static final String POINTER = "--redact-json";
    private static final String KEY = "--redact-json-key";
    private static final String EXPRESSION = "--redact-regex";

    private PolicyFlags() {
    }

    /** Adds the redaction rules that can be typed. */
    static Syntax addRules(final Syntax syntax) {
        return syntax.options(HEADER, "NAME", "Request header to store as REDACTED, beside the usual credentials."
                        + " May be given several times, like all rules; give replay the same ones.")
                .options(REMOVED_HEADER, "NAME", "Request header to leave out.")
                .options(RESPONSE_HEADER, "NAME", "Response header to store as REDACTED, such as Set-Cookie.")
                .options(PARAMETER, "NAME", "Query or form parameter to store as REDACTED.")
                .options(POINTER, "POINTER", "What a JSON pointer names in bodies; * is any member.")
                .options(KEY, "NAME", "Every JSON member of this very name, at any depth.")
                .options(EXPRESSION, "RE2", "What an expression matches in targets, headers and bodies.")
                .footer("Secrets are taken from OULI_SECRETS (comma-separated) and OULI_SECRETS_FILE (lines), and")
                .footer("stored as REDACTED wherever they appear, also escaped, in base64 or compressed.");
    }

    /** Adds the rules, and the file whose endpoint has more of them: what {@link #read} needs. */
    static Syntax addAll(final Syntax syntax) {
        return addRules(syntax
                .option("--config", "FILE", "YAML file with the endpoint's redaction and fingerprint rules.")
                .option("--endpoint", "NAME", "Which endpoint of the file, by its name or its number from 1; needed if"
                        + " there are several."));
    }

    /** Adds the secrets and the rules that were typed. */
    static void addTyped(final Arguments arguments, final Secrets secrets, final RedactionPolicyBuilder redaction) {
        redaction.secrets(secrets);
        try {
            arguments.all(HEADER).forEach(redaction::redactRequestHeader);
            arguments.all(REMOVED_HEADER).forEach(redaction::removeRequestHeader);
            arguments.all(RESPONSE_HEADER).forEach(redaction::redactResponseHeader);
            arguments.all(PARAMETER).forEach(redaction::parameter);
            arguments.all(POINTER).forEach(redaction::jsonPointer);
            arguments.all(KEY).forEach(redaction::jsonKey);
            arguments.all(EXPRESSION).forEach(redaction::expression);
        } catch (final RedactionException e) {
            throw arguments.wrong(e.getMessage());
        }
    }

    /** {@return the environment's secrets; a file of them that cannot be read is wrong usage} */
    static Secrets secrets() {
        try {
            return Secrets.fromEnvironment(System.getenv());
        } catch (final RedactionException e) {
            throw new CliException(ExitCode.USAGE, e.getMessage(), e);
        }
    }

    /** {@return the policy of the file's endpoint with what was typed, or of what was typed alone} */
    static EndpointPolicy read(final Arguments arguments) {
        try (Secrets secrets = secrets()) {
            final String config = arguments.text("--config");
            if (config != null) {
                final FileConfig file =
                        FileConfig.read(Path.of(config), redaction -> addTyped(arguments, secrets, redaction));
                return endpoint(arguments, file).policy();
            }
            if (arguments.text("--endpoint") != null) {
                throw arguments.wrong("--endpoint needs --config FILE");
            }
            return typed(arguments, secrets, null);
        }
    }

    /**
     * {@return the policy of what was typed alone}
     *
     * @param target the upstream; null if there is none.
     */
    static EndpointPolicy typed(final Arguments arguments, final Secrets secrets, final URI target) {
        final RedactionPolicyBuilder redaction = RedactionPolicy.builder();
        addTyped(arguments, secrets, redaction);
        final List<String> removed = new ArrayList<>();
        for (final String name : arguments.all(HEADER)) {
            removed.add(TestServerRules.canonicalName(name));
        }
        final TestServerRules testServer = new TestServerRules(
                target == null ? null : TestServerTarget.of(target), removed, redaction.listedSecrets());
        return new EndpointPolicy(redaction.build(), FingerprintPolicy.DEFAULT, testServer);
    }

    private static FileEndpoint endpoint(final Arguments arguments, final FileConfig file) {
        final List<FileEndpoint> endpoints = file.endpoints();
        final String wanted = arguments.text("--endpoint");
        if (wanted == null) {
            if (endpoints.size() > 1) {
                throw arguments.wrong(file.file() + " has " + endpoints.size()
                        + " endpoints; say which with --endpoint, by name or number");
            }
            return endpoints.getFirst();
        }
        for (int i = 0; i < endpoints.size(); i++) {
            if (wanted.equals(endpoints.get(i).name()) || wanted.equals(Integer.toString(i + 1))) {
                return endpoints.get(i);
            }
        }
        throw arguments.wrong(file.file() + " has no endpoint " + wanted);
    }
}
