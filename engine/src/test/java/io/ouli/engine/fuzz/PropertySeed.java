package io.ouli.engine.fuzz;

import java.util.function.BiConsumer;
import net.jqwik.api.AfterFailureMode;
import net.jqwik.api.lifecycle.AroundPropertyHook;
import net.jqwik.api.lifecycle.PropagationMode;
import net.jqwik.api.lifecycle.PropertyExecutionResult;
import net.jqwik.api.lifecycle.PropertyExecutor;
import net.jqwik.api.lifecycle.PropertyLifecycleContext;

/** Gives every property the seed that {@code ouli fuzz} chose, and hands back its result; does nothing in a build. */
public final class PropertySeed implements AroundPropertyHook {
    /** The seed of the properties that run now, or null. */
    private static String seed;
    private static BiConsumer<PropertyLifecycleContext, PropertyExecutionResult> listener;

    static void use(
            final String chosen, final BiConsumer<PropertyLifecycleContext, PropertyExecutionResult> results) {
        seed = chosen;
        listener = results;
    }

    @Override
    public PropertyExecutionResult aroundProperty(
            final PropertyLifecycleContext context, final PropertyExecutor property) {
        if (seed == null) {
            return property.execute();
        }
        context.attributes().setSeed(seed);
        context.attributes().setAfterFailure(AfterFailureMode.RANDOM_SEED);
        final PropertyExecutionResult result = property.execute();
        listener.accept(context, result);
        return result;
    }

    @Override
    public PropagationMode propagateTo() {
        return PropagationMode.ALL_DESCENDANTS;
    }
}
