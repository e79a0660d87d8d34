package io.ouli.engine.transport.uring;

/** What a completion belongs to; the op of its user data. */
final class UringOp {
    /** The wake-up's read. */
    static final int WAKEUP = 1;
    /** A listener's accept; the id is the listener's. */
    static final int ACCEPT = 2;
    /** The close of a listener; the id is the listener's. */
    static final int CLOSE_LISTENER = 3;
    /** The close of a connection that was refused; nobody waits for it. */
    static final int CLOSE_REFUSED = 4;
    /** A connection's receive. */
    static final int RECEIVE = 5;
    /** A connection's send. */
    static final int SEND = 6;
    /** A connection's connect. */
    static final int CONNECT = 7;
    /** A cancellation of one or all of a connection's operations. */
    static final int CANCEL = 8;
    /** The close of a connection. */
    static final int CLOSE = 9;

    /** The read of a file; the id is the table's of {@link UringFileReads}. */
    static final int FILE_READ = 10;
    /** The timer of {@link TickGuard}. */
    static final int TICK = 11;

    private UringOp() {
    }
}
