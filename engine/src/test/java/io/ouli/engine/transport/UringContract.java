package io.ouli.engine.transport;

import io.ouli.engine.transport.uring.UringTransport;
import io.ouli.uring.IoUring;
import io.ouli.uring.RingFeature;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;

import static org.junit.jupiter.api.Assertions.assertTrue;

/** Opens io_uring transports for tests, or says by name why there is none here. */
final class UringContract {
    /** Set to true where a machine without io_uring is a failure, not a reason to skip. */
    private static final String REQUIRED_PROPERTY = "ouli.requireIoUring";

    private UringContract() {
    }

    static ContractNetwork network(final RingFeature... disabled) {
        requireIoUring();
        return new SocketNetwork((options, handler) -> new UringTransport(options, handler, Set.of(disabled)));
    }

    static void requireIoUring() {
        if (Boolean.getBoolean(REQUIRED_PROPERTY)) {
            assertTrue(IoUring.isAvailable(), () -> "-D" + REQUIRED_PROPERTY + " is set, and io_uring is refused: "
                    + IoUring.unavailabilityCause());
        }
        Assumptions.assumeTrue(IoUring.isAvailable(),
                () -> "io_uring is refused: " + IoUring.unavailabilityCause());
    }
}
