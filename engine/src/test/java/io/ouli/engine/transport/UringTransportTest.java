package io.ouli.engine.transport;

/** The contract on io_uring with all that the kernel offers, and what only io_uring has. */
class UringTransportTest extends TransportContractTest {
    @Override
    ContractNetwork network() {
        return UringContract.network();
    }
}
