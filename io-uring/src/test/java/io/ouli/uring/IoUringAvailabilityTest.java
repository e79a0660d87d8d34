package io.ouli.uring;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

class IoUringAvailabilityTest {
    @Test
    void shouldBeAvailableWhereItIsRequired() {
        if (TestRings.REQUIRED && !IoUring.isAvailable()) {
            fail("-Douli.requireIoUring=true, but " + IoUring.describe());
        }
        assertTrue(IoUring.isAvailable() || !IoUring.unavailabilityCause().isBlank());
    }

    @Test
    void shouldAgreeWithItself() {
        if (IoUring.isAvailable()) {
            assertNull(IoUring.unavailabilityCause());
            IoUring.ensureAvailable();
            assertNotNull(IoUring.features());
            assertTrue(IoUring.describe().startsWith("io_uring on Linux "));
            assertTrue(IoUring.describe().contains("uses "));
        } else {
            assertFalse(IoUring.unavailabilityCause().contains("\n"));
            final String message =
                    assertThrows(UnsupportedOperationException.class, IoUring::features).getMessage();
            assertEquals(IoUring.unavailabilityCause(), message);
            assertThrows(UnsupportedOperationException.class, Ring::open);
            assertEquals("no io_uring: " + message, IoUring.describe());
        }
    }

    @Test
    void shouldTellTheOperatorWhyAKernelRefuses() {
        assertTrue(Probe.refusal(38).startsWith("io_uring_setup failed with ENOSYS: "));
        assertTrue(Probe.refusal(1).contains("kernel.io_uring_disabled"));
    }
}
