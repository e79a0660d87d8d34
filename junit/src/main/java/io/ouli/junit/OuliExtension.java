package io.ouli.junit;

import io.ouli.engine.EndpointPolicy;
import io.ouli.engine.EngineConfig;
import io.ouli.engine.Mode;
import io.ouli.engine.OuliException;
import io.ouli.engine.recording.ExistingPolicy;
import io.ouli.proxy.EndpointConfig;
import io.ouli.proxy.ProxyConfig;
import io.ouli.proxy.ProxyServer;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.ReflectionSupport;

/** Starts a proxy before each test and stops it after; {@link Ouli} says where to and how. */
final class OuliExtension implements BeforeEachCallback, AfterEachCallback, ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(OuliExtension.class);
    private static final String MODE = "ouli.mode";
    private static final String TARGET = "ouli.target";
    private static final String DIRECTORY = "ouli.directory";

    @Override
    public void beforeEach(final ExtensionContext context) {
        final Ouli settings = settings(context);
        final Mode mode = mode(context, settings);
        final String session = SessionOfTest.name(context);
        final String target = context.getConfigurationParameter(TARGET).orElse(settings.target());
        final Path directory = Path.of(context.getConfigurationParameter(DIRECTORY).orElse(settings.directory()));
        if (mode == Mode.REPLAY && !Files.exists(directory)) {
            throw new OuliException("there are no recordings in " + directory + "; record first with -D" + MODE
                    + "=record, or name another folder with -D" + DIRECTORY);
        }
        final EndpointPolicy policy = ReflectionSupport.newInstance(settings.policy()).get();
        // What was there is written anew: a test that records again means the upstream as it is now.
        final EngineConfig engine = EngineConfig.builder(directory)
                .mode(mode)
                .existing(ExistingPolicy.REPLACE)
                .build();
        final EndpointConfig endpoint = EndpointConfig.builder()
                .mode(mode)
                .target(mode == Mode.REPLAY || target.isEmpty() ? null : url(target))
                .session(session)
                .fixedSession(true)
                .policy(policy)
                .build();
        final ProxyServer server = ProxyServer.start(ProxyConfig.builder().engine(engine).endpoint(endpoint).build());
        context.getStore(NAMESPACE).put(OuliProxy.class, new OuliProxy(server, mode, session,
                // Secrets of a policy that others may share are theirs to overwrite.
                settings.policy() == EnvironmentPolicy.class ? policy.redaction() : null));
    }

    private static URI url(final String target) {
        try {
            return new URI(target);
        } catch (final URISyntaxException e) {
            throw new OuliException("the target '" + target + "' is no URL; write it like https://api.example.com");
        }
    }

    @Override
    public void afterEach(final ExtensionContext context) {
        final OuliProxy proxy = proxy(context);
        if (proxy == null) {
            return; // It could not be started; JUnit has told why.
        }
        proxy.close();
        // A test that failed already says more about itself than what follows could.
        if (context.getExecutionException().isPresent()) {
            return;
        }
        if (proxy.damaged() > 0) {
            throw new AssertionError(requests(proxy.damaged(), " found its", " found their")
                    + " reply damaged in the recording " + proxy.session()
                    + "; see ouli verify, or record again with -D" + MODE + "=record");
        }
        if (proxy.misses() > 0 && proxy.mode() == Mode.REPLAY && !settings(context).allowMisses()) {
            throw new AssertionError(requests(proxy.misses(), " is", " are") + " not in the recording "
                    + proxy.session()
                    + "; the replies say what differs from the closest recorded request. Record again with -D"
                    + MODE + "=record if that is as it should be");
        }
    }

    private static String requests(final long count, final String verbOfOne, final String verbOfMore) {
        return count == 1 ? "1 request" + verbOfOne : count + " requests" + verbOfMore;
    }

    @Override
    public boolean supportsParameter(final ParameterContext parameter, final ExtensionContext context) {
        return parameter.getParameter().getType() == OuliProxy.class;
    }

    @Override
    public Object resolveParameter(final ParameterContext parameter, final ExtensionContext context) {
        final OuliProxy proxy = proxy(context);
        if (proxy == null) {
            throw new OuliException("an OuliProxy belongs to one test; take it as a parameter of a test or of a"
                    + " @BeforeEach or @AfterEach method, not of a constructor or a method for all tests");
        }
        return proxy;
    }

    private static OuliProxy proxy(final ExtensionContext context) {
        return context.getStore(NAMESPACE).get(OuliProxy.class, OuliProxy.class);
    }

    /** The method's annotation goes before the class's, and a nested class's before that of what is around it. */
    private static Ouli settings(final ExtensionContext context) {
        Optional<ExtensionContext> current = Optional.of(context);
        while (current.isPresent()) {
            final Optional<Ouli> found = AnnotationSupport.findAnnotation(current.get().getElement(), Ouli.class);
            if (found.isPresent()) {
                return found.get();
            }
            current = current.get().getParent();
        }
        throw new OuliException("the test " + context.getDisplayName() + " has no @Ouli; put it on the class");
    }

    private static Mode mode(final ExtensionContext context, final Ouli settings) {
        final String text = context.getConfigurationParameter(MODE).orElse("");
        if (text.isEmpty()) {
            return settings.mode();
        }
        return Arrays.stream(Mode.values())
                .filter(mode -> mode.name().toLowerCase(Locale.ROOT).equals(text))
                .findFirst()
                .orElseThrow(() -> new OuliException(MODE + " is '" + text
                        + "'; choose record, replay, auto or passthrough"));
    }
}
