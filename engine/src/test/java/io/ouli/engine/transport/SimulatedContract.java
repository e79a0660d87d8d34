package io.ouli.engine.transport;

import io.ouli.engine.transport.sim.SimFaults;
import io.ouli.engine.transport.sim.SimNetwork;
import io.ouli.engine.transport.sim.SimPeer;
import io.ouli.engine.transport.sim.SimPeerListener;
import io.ouli.engine.transport.sim.SimSeeds;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** The simulated network, seen by the contract suite. */
final class SimulatedContract implements ContractNetwork {
    private final SimNetwork network;

    SimulatedContract(final SimFaults faults) {
        network = new SimNetwork(Long.getLong(SimSeeds.SEED_PROPERTY, System.nanoTime() % 1_000_000), faults);
    }

    @Override
    public Transport open(final TransportOptions options, final TransportHandler handler) {
        return network.open(options, handler);
    }

    @Override
    public InetSocketAddress anyAddress() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    @Override
    public InetSocketAddress refusingAddress() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 9);
    }

    @Override
    public boolean hasIpv6() {
        return true;
    }

    @Override
    public boolean sharesPorts() {
        return true;
    }

    @Override
    public ContractPeer connect(final InetSocketAddress address) {
        return new Peer(network.connect(address));
    }

    @Override
    public PeerListener listen() {
        final SimPeerListener listener = network.listen();
        return new PeerListener() {
            @Override
            public InetSocketAddress address() {
                return listener.address();
            }

            @Override
            public ContractPeer accept() {
                final SimPeer peer = listener.accept();
                return peer == null ? null : new Peer(peer);
            }
        };
    }

    @Override
    public long nanoTime() {
        return network.nanoTime();
    }

    @Override
    public void pass() {
        network.advance(1_000);
    }

    @Override
    public String toString() {
        return network.toString();
    }

    @Override
    public void close() {
        // Memory and nothing else.
    }

    private record Peer(SimPeer peer) implements ContractPeer {
        @Override
        public int write(final byte[] bytes, final int offset, final int length) {
            return peer.write(bytes, offset, length);
        }

        @Override
        public int read(final byte[] into, final int offset, final int length) {
            return peer.read(into, offset, length);
        }

        @Override
        public void shutdownOutput() {
            peer.shutdownOutput();
        }

        @Override
        public void reset() {
            peer.reset();
        }

        @Override
        public void close() {
            peer.close();
        }
    }
}
