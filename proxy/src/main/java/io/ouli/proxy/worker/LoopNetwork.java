package io.ouli.proxy.worker;

import io.ouli.engine.transport.Transport;
import io.ouli.engine.transport.TransportHandler;
import io.ouli.engine.transport.TransportOptions;
import io.ouli.engine.transport.Transports;

/** What a loop runs on: the machine's sockets and clock, or a simulation of both. */
public interface LoopNetwork {
    /** The fastest transport that this machine offers, and its clock. */
    LoopNetwork REAL = new LoopNetwork() {
        @Override
        public Transport open(final TransportOptions options, final TransportHandler handler) {
            return Transports.open(options, handler);
        }

        @Override
        public long nanoTime() {
            return System.nanoTime();
        }
    };

    /** Opens the loop's transport, on the loop's thread. */
    Transport open(TransportOptions options, TransportHandler handler);

    /** {@return the time, as {@link System#nanoTime} gives it} */
    long nanoTime();
}
