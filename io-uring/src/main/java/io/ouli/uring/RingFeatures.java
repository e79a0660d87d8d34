package io.ouli.uring;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Which features this machine supports, and which of them are enabled. Immutable. */
public final class RingFeatures {
    /** Turns off both kinds of multishot. */
    static final String MULTISHOT_PROPERTY = RingFeature.PROPERTY_PREFIX + "multishot";

    private final Set<RingFeature> supported;
    private final Set<RingFeature> enabled;

    private RingFeatures(final Set<RingFeature> supported, final Set<RingFeature> enabled) {
        this.supported = Collections.unmodifiableSet(supported);
        this.enabled = Collections.unmodifiableSet(enabled);
        assert supported.containsAll(enabled);
    }

    /** {@return features of which those are enabled that no property switches off} */
    static RingFeatures of(final Set<RingFeature> supported, final UnaryOperator<String> properties) {
        final Set<RingFeature> enabled = EnumSet.noneOf(RingFeature.class);
        for (final RingFeature feature : supported) {
            if (isOn(properties.apply(feature.property()))) {
                enabled.add(feature);
            }
        }
        if (!isOn(properties.apply(MULTISHOT_PROPERTY))) {
            enabled.remove(RingFeature.MULTISHOT_ACCEPT);
            enabled.remove(RingFeature.MULTISHOT_RECV);
        }
        return new RingFeatures(copy(supported), enabled);
    }

    /** {@return these features with some disabled} */
    RingFeatures without(final Set<RingFeature> disabled) {
        final Set<RingFeature> remaining = copy(enabled);
        remaining.removeAll(disabled);
        return new RingFeatures(supported, remaining);
    }

    /** {@return true when this machine offers a feature} */
    public boolean isSupported(final RingFeature feature) {
        return supported.contains(feature);
    }

    /** {@return true when a feature is offered and not switched off} */
    public boolean isEnabled(final RingFeature feature) {
        return enabled.contains(feature);
    }

    /** {@return one phrase for people: what is used, what this machine lacks, what is switched off or left out} */
    public String describe() {
        final List<String> lacking = new ArrayList<>();
        final List<String> off = new ArrayList<>();
        for (final RingFeature feature : RingFeature.values()) {
            if (!supported.contains(feature)) {
                lacking.add(feature.name());
            } else if (!enabled.contains(feature)) {
                off.add(feature.name());
            }
        }
        final StringBuilder text = new StringBuilder("uses ");
        text.append(enabled.isEmpty() ? "no optional feature" : join(enabled.stream().map(RingFeature::name).toList()));
        if (!lacking.isEmpty()) {
            text.append("; not offered here: ").append(join(lacking));
        }
        if (!off.isEmpty()) {
            text.append("; not used: ").append(join(off));
        }
        return text.toString();
    }

    private static String join(final List<String> names) {
        return String.join(", ", names);
    }

    private static boolean isOn(final String value) {
        return value == null || !value.equalsIgnoreCase("false");
    }

    private static Set<RingFeature> copy(final Set<RingFeature> features) {
        return features.isEmpty() ? EnumSet.noneOf(RingFeature.class) : EnumSet.copyOf(features);
    }
}
