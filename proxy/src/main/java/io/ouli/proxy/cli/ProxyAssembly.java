package io.ouli.proxy.cli;

import io.ouli.engine.Mode;
import io.ouli.engine.OuliException;
import io.ouli.engine.redaction.Secrets;
import io.ouli.proxy.EndpointConfig;
import io.ouli.proxy.ProxyConfig;
import io.ouli.proxy.config.ConfigException;
import io.ouli.proxy.config.FileConfig;
import java.nio.file.Path;

/** Makes one proxy configuration of what was typed, the file if there is one, and the defaults; in that order. */
final class ProxyAssembly {
    private final Mode mode;
    private final Arguments arguments;
    private final Secrets secrets;
    private final FileConfig file;

    ProxyAssembly(final Mode mode, final Arguments arguments) {
        this.mode = mode;
        this.arguments = arguments;
        final String config = arguments.text("--config");
        this.secrets = PolicyFlags.secrets();
        this.file = config == null ? null : FileConfig.read(
                Path.of(config), redaction -> PolicyFlags.addTyped(arguments, secrets, redaction));
    }

    /** {@return the configuration} A {@link CliException} names the flag, or a ConfigException the file's line. */
    ProxyConfig assemble() {
        try (secrets) {
            return build();
        } catch (final CliException | ConfigException e) {
            throw e;
        } catch (final OuliException e) {
            // What a configuration's own checks refuse was typed or written by the user.
            throw new CliException(ExitCode.USAGE, e.getMessage(), e);
        }
    }

    private ProxyConfig build() {
        final ServingChoices serving = new ServingChoices(mode, arguments, file);
        final ProxyConfig.Builder builder = ProxyConfig.builder()
                .engine(serving.engine())
                .workers(serving.workers())
                .pin(serving.pin())
                .admin(serving.admin())
                .missStatus(serving.missStatus())
                .transport(serving.transport());
        for (final EndpointConfig endpoint : new EndpointAssembly(mode, arguments, secrets, file).endpoints()) {
            builder.endpoint(endpoint);
        }
        return builder.build();
    }
}
