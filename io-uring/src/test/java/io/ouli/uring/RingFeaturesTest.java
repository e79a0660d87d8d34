package io.ouli.uring;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class RingFeaturesTest {
    private static final Set<RingFeature> EVERYTHING = EnumSet.allOf(RingFeature.class);

    @ParameterizedTest
    @EnumSource
    void shouldSwitchOffOneFeatureByItsProperty(final RingFeature feature) {
        final RingFeatures features = RingFeatures.of(EVERYTHING, Map.of(feature.property(), "false")::get);
        for (final RingFeature other : RingFeature.values()) {
            assertTrue(features.isSupported(other));
            assertEquals(other != feature, features.isEnabled(other));
        }
        assertTrue(features.describe().endsWith("; not used: " + feature.name()), features.describe());
    }

    @ParameterizedTest
    @EnumSource
    void shouldNotEnableWhatTheMachineLacks(final RingFeature feature) {
        final Set<RingFeature> supported = EnumSet.complementOf(EnumSet.of(feature));
        final RingFeatures features = RingFeatures.of(supported, Map.of(feature.property(), "true")::get);
        assertFalse(features.isSupported(feature));
        assertFalse(features.isEnabled(feature));
        assertTrue(features.describe().endsWith("; not offered here: " + feature.name()), features.describe());
    }

    @Test
    void shouldSwitchOffBothKindsOfMultishotTogether() {
        final RingFeatures features = RingFeatures.of(EVERYTHING, Map.of("ouli.uring.multishot", "FALSE")::get);
        assertFalse(features.isEnabled(RingFeature.MULTISHOT_ACCEPT));
        assertFalse(features.isEnabled(RingFeature.MULTISHOT_RECV));
        assertTrue(features.isEnabled(RingFeature.BUFFER_RING));
    }

    @Test
    void shouldNameItsSwitches() {
        assertEquals("ouli.uring.bufring", RingFeature.BUFFER_RING.property());
        assertEquals("ouli.uring.deferTaskrun", RingFeature.DEFER_TASKRUN.property());
        assertEquals("ouli.uring.enabled", IoUring.ENABLED_PROPERTY);
    }

    @Test
    void shouldDoWithoutAnything() {
        final RingFeatures features = RingFeatures.of(Set.of(), name -> null);
        assertTrue(features.describe().startsWith("uses no optional feature; not offered here: SINGLE_ISSUER, "));
    }

    @Test
    void shouldCheckOptionsAtTheirEdges() {
        assertThrows(IllegalArgumentException.class, () -> new RingOptions(0, 8, Set.of()));
        assertThrows(IllegalArgumentException.class, () -> new RingOptions(8, 7, Set.of()));
        assertThrows(IllegalArgumentException.class, () -> new RingOptions(32_769, 65_536, Set.of()));
        assertThrows(IllegalArgumentException.class, () -> new RingOptions(8, 65_537, Set.of()));
        assertEquals(65_536, new RingOptions(32_768, 65_536, Set.of()).completionEntries());
        assertEquals(1, new RingOptions(1, 1, Set.of()).submissionEntries());
        final RingOptions less = RingOptions.DEFAULT.without(RingFeature.LIBURING).without(RingFeature.BUFFER_RING);
        assertEquals(Set.of(RingFeature.LIBURING, RingFeature.BUFFER_RING), less.disabled());
        assertEquals(less.disabled(), less.withEntries(2, 4).disabled());
    }
}
