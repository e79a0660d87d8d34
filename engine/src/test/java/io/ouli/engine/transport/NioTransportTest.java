package io.ouli.engine.transport;

import io.ouli.engine.transport.nio.NioTransport;

/** The contract on NIO. */
class NioTransportTest extends TransportContractTest {
    @Override
    ContractNetwork network() {
        return new SocketNetwork(NioTransport::new);
    }
}
