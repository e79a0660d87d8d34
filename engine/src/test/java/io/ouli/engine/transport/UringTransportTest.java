package io.ouli.engine.transport;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** The contract on io_uring with all that the kernel offers, and what only io_uring has. */
class UringTransportTest extends TransportContractTest {
    @Override
    ContractNetwork network() {
        return UringContract.network();
    }

    @Test
    void shouldNotAllocateOnThePathOfARequest() {
        final AllocationProbe probe = new AllocationProbe(arena.allocate(100_000));
        assertEquals(0, probe.measure(network, network.open(OPTIONS, probe), 500, 0));
    }
}
