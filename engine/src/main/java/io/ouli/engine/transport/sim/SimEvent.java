package io.ouli.engine.transport.sim;

/** What a transport tells its handler or the network; {@link SimNetwork#traceHash} is made of these. */
enum SimEvent {
    ACCEPTED, SENT, CLOSED, CONNECTED, RECEIVE_ENDED, RECEIVED, SEND
}
