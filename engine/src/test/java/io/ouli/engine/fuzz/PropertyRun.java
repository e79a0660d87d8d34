package io.ouli.engine.fuzz;

import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.lifecycle.PropertyExecutionResult;
import net.jqwik.api.lifecycle.PropertyLifecycleContext;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.EngineFilter;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs the properties of this module, one after the other in random order, with new seeds until the time is over. */
final class PropertyRun {
    private static final String SUFFIX = "Properties";

    private final FuzzOptions options;
    private final Report report;
    private final Launcher launcher = LauncherFactory.create();
    private final Set<String> failed = new HashSet<>();
    private final Set<String> run = new HashSet<>();
    private long tries;

    PropertyRun(final FuzzOptions options, final Report report) {
        this.options = options;
        this.report = report;
    }

    /** Returns whether a name is that of a class of properties, or of one of its methods. */
    static boolean isName(final String name) {
        final String[] parts = name.split("\\.", -1);
        return parts.length <= 2 && classes().stream().filter(type -> simpleName(type).equals(parts[0]))
                .anyMatch(type -> parts.length == 1 || methods(type).contains(parts[1]));
    }

    /** Returns the full names of the classes that have properties. */
    static List<String> classes() {
        try {
            final Path root = Path.of(PropertyRun.class.getProtectionDomain().getCodeSource().getLocation().toURI());
            try (Stream<Path> files = Files.walk(root)) {
                return files.map(file -> root.relativize(file).toString())
                        .filter(file -> file.endsWith(SUFFIX + ".class"))
                        .map(file -> file.substring(0, file.length() - ".class".length()).replace('/', '.'))
                        .sorted().toList();
            }
        } catch (final IOException | URISyntaxException e) {
            throw new IllegalStateException("the classes of the tests cannot be listed", e);
        }
    }

    private static String simpleName(final String type) {
        return type.substring(type.lastIndexOf('.') + 1);
    }

    private static Set<String> methods(final String type) {
        try {
            return Stream.of(Class.forName(type).getDeclaredMethods())
                    .map(Method::getName).collect(Collectors.toSet());
        } catch (final ClassNotFoundException e) {
            throw new IllegalStateException(type, e);
        }
    }

    /** Runs until a moment of {@link System#nanoTime}, each property once at least if that is not over. */
    void until(final long deadlineNanos) {
        final List<TestIdentifier> properties = new ArrayList<>(discover());
        final Random random = new Random(options.seed);
        long rounds = 0;
        while (System.nanoTime() < deadlineNanos && failed.size() < properties.size()) {
            Collections.shuffle(properties, random);
            // The first seed is the one that was asked for, so that a fault's seed shows it again.
            final long seed = rounds == 0 ? options.seed : random.nextInt(1, Integer.MAX_VALUE);
            rounds++;
            for (final TestIdentifier property : properties) {
                if (System.nanoTime() >= deadlineNanos) {
                    break;
                }
                if (!failed.contains(property.getUniqueId())) {
                    run(property, seed);
                }
            }
        }
        report.properties(run.size(), properties.size(), rounds, tries);
    }

    private List<TestIdentifier> discover() {
        final LauncherDiscoveryRequestBuilder request = request();
        for (final String type : classes()) {
            for (final String name : options.properties) {
                final String[] parts = name.split("\\.");
                if (name.isEmpty() || parts.length == 1 && parts[0].equals(simpleName(type))) {
                    request.selectors(DiscoverySelectors.selectClass(type));
                } else if (parts[0].equals(simpleName(type))) {
                    Stream.of(type).forEach(each -> methodsOf(each, parts[1], request));
                }
            }
        }
        final var plan = launcher.discover(request.build());
        return plan.getRoots().stream().flatMap(root -> plan.getDescendants(root).stream())
                .filter(TestIdentifier::isTest).distinct().toList();
    }

    private static void methodsOf(
            final String type, final String name, final LauncherDiscoveryRequestBuilder request) {
        try {
            for (final var method : Class.forName(type).getDeclaredMethods()) {
                if (method.getName().equals(name)) {
                    request.selectors(DiscoverySelectors.selectMethod(Class.forName(type), method));
                }
            }
        } catch (final ClassNotFoundException e) {
            throw new IllegalStateException(type, e);
        }
    }

    private LauncherDiscoveryRequestBuilder request() {
        return LauncherDiscoveryRequestBuilder.request()
                .filters(EngineFilter.includeEngines("jqwik"))
                .configurationParameter("jqwik.database", options.corpus.resolve(".jqwik-database").toString())
                .configurationParameter("jqwik.reporting.usejunitplatform", "true");
    }

    private void run(final TestIdentifier property, final long seed) {
        PropertySeed.use(Long.toString(seed), (context, result) -> result(property, context, result));
        launcher.execute(request()
                .selectors(DiscoverySelectors.selectUniqueId(property.getUniqueId())).build());
        PropertySeed.use(null, null);
    }

    private void result(
            final TestIdentifier property,
            final PropertyLifecycleContext context,
            final PropertyExecutionResult result) {
        run.add(property.getUniqueId());
        tries += result.countTries();
        if (result.status() == PropertyExecutionResult.Status.FAILED && failed.add(property.getUniqueId())) {
            final String name = context.containerClass().getSimpleName() + '.' + context.targetMethod().getName();
            report.fault(new Fault(name, result.throwable().orElse(null),
                    Shown.values(result.falsifiedParameters().orElse(List.of())), null,
                    "./ouli fuzz " + name + " --seed " + result.seed().orElse(Integer.toString(options.seed))));
        }
    }
}
