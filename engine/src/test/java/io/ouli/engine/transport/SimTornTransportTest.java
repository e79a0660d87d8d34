package io.ouli.engine.transport;

import io.ouli.engine.transport.sim.SimFaults;

/** The contract on the simulated network when everything is cut, delayed and overtaken. */
class SimTornTransportTest extends TransportContractTest {
    @Override
    ContractNetwork network() {
        return new SimulatedContract(SimFaults.TORN.withWindowBytes(256 << 10));
    }
}
