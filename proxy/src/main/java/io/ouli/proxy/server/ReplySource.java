package io.ouli.proxy.server;

import io.ouli.engine.transport.Transport;

/** A recorded reply that takes more than one part of one send. */
interface ReplySource {
    /**
     * Gives the next parts to a transport's next send.
     *
     * @param mostParts how many it may still take, at least 1.
     * @return how many it was given.
     */
    int writeTo(Transport transport, int connection, int mostParts);

    /** Is told that what it gave has left. */
    default void sent() {
    }

    /** {@return whether all of the reply was given} */
    boolean done();

    /** Lets go of what it holds: the connection is gone. */
    default void close() {
    }
}
