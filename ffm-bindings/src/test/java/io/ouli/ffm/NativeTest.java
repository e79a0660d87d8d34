package io.ouli.ffm;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

class NativeTest {
    @Test
    void shouldBeAvailableOnSixtyFourBitLinuxWithNativeAccess() {
        assertNull(Native.unavailabilityCause("Linux", "amd64", true, true, "ALL-UNNAMED"));
        assertNull(Native.unavailabilityCause("Linux", "aarch64", true, true, "ALL-UNNAMED"));
        assertEquals(Native.unavailabilityCause() == null, Native.available());
    }

    @Test
    void shouldNameTheExactFlagWhenNativeAccessIsMissing() {
        assertEquals(
                "native calls are not allowed; start java with --enable-native-access=ALL-UNNAMED",
                Native.unavailabilityCause("Linux", "amd64", true, false, "ALL-UNNAMED"));
    }

    @Test
    void shouldNameSystemAndProcessorThatAreNotSupported() {
        assertEquals(
                "native calls need Linux, this is Mac OS X",
                Native.unavailabilityCause("Mac OS X", "aarch64", true, true, "ALL-UNNAMED"));
        assertEquals(
                "native calls need a 64-bit x86 or ARM processor, this is arm",
                Native.unavailabilityCause("Linux", "arm", true, true, "ALL-UNNAMED"));
    }

    @Test
    void shouldBeSwitchedOffByProperty() {
        assertTrue(Native.unavailabilityCause("Linux", "amd64", false, true, "ALL-UNNAMED")
                .contains("-Douli.native.enabled=false"));
    }
}
