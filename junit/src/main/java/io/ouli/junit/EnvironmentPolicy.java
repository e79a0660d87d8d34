package io.ouli.junit;

import io.ouli.engine.EndpointPolicy;
import io.ouli.engine.fingerprint.FingerprintPolicy;
import io.ouli.engine.redaction.RedactionPolicy;
import io.ouli.engine.redaction.Secrets;
import java.util.Map;
import java.util.function.Supplier;

/** The policy of a test that names none: what the environment calls a secret is one, as on the command line. */
final class EnvironmentPolicy implements Supplier<EndpointPolicy> {
    @Override
    public EndpointPolicy get() {
        return of(System.getenv());
    }

    static EndpointPolicy of(final Map<String, String> environment) {
        try (Secrets secrets = Secrets.fromEnvironment(environment)) {
            return new EndpointPolicy(
                    RedactionPolicy.builder().secrets(secrets).build(), FingerprintPolicy.DEFAULT);
        }
    }
}
