package io.ouli.engine.transport;

import io.ouli.engine.transport.sim.SimFaults;

/** The contract on the simulated network when it behaves. */
class SimTransportTest extends TransportContractTest {
    @Override
    ContractNetwork network() {
        return new SimulatedContract(SimFaults.NONE);
    }
}
