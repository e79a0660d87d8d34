package io.ouli.engine.transport;

/** The other end of a connection in the contract suite: calls that never block, made by the test between polls. */
interface ContractPeer {
    /** Returned by {@link #read} when the stream has ended. */
    int END = -1;
    /** Returned by {@link #read} when the connection was reset. */
    int RESET = -2;

    /** Writes as much as fits now; returns how many bytes were taken, or {@link #RESET}. */
    int write(byte[] bytes, int offset, int length);

    /** Reads what is there now, up to {@code length}; 0 if nothing is there, {@link #END} or {@link #RESET}. */
    int read(byte[] into, int offset, int length);

    /** Sends FIN; reading goes on. */
    void shutdownOutput();

    /** Ends the connection with RST. */
    void reset();

    /** Closes the connection. */
    void close();
}
