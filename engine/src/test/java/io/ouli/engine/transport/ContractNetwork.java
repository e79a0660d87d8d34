package io.ouli.engine.transport;

import java.net.InetSocketAddress;

/** Where the contract suite runs: real sockets, or the simulated network. */
interface ContractNetwork extends AutoCloseable {
    /** Opens the transport under test. */
    Transport open(TransportOptions options, TransportHandler handler);

    /** Returns an address to listen on with a free port. */
    InetSocketAddress anyAddress();

    /** Returns an address on which nobody listens. */
    InetSocketAddress refusingAddress();

    /** Returns whether there is an IPv6 loopback interface. */
    boolean hasIpv6();

    /** Returns whether several transports may listen on one port. */
    boolean sharesPorts();

    /** Connects a peer to the transport. */
    ContractPeer connect(InetSocketAddress address);

    /** Listens for connections of the transport. */
    PeerListener listen();

    /** Returns this network's time. */
    long nanoTime();

    /** Lets a little time pass without a poll; real time passes by itself. */
    void pass();

    @Override
    void close();

    /** A listener that the test drives. */
    interface PeerListener {
        /** Returns where it listens. */
        InetSocketAddress address();

        /** Returns the next connection, or null if there is none now. */
        ContractPeer accept();
    }
}
