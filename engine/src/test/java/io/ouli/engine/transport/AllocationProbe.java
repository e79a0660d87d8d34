package io.ouli.engine.transport;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;

/** Answers every request with two parts and measures what a request allocates inside poll. */
final class AllocationProbe implements TransportHandler {
    private static final int BATCHES = 60;
    private static final int SMALL_PART = 1_000;
    private static final int LARGE_PART = 20_000;

    private final MemorySegment response;
    private Transport transport;
    private int sent;

    /** Creates a probe that sends the first bytes of {@code response}, at least 21,000. */
    AllocationProbe(final MemorySegment response) {
        this.response = response;
    }

    /**
     * Makes requests in batches until a batch allocates no more than is allowed, since the first ones make what is made
     * once and wait for the compiler.
     *
     * @return the bytes that the last batch allocated.
     */
    long measure(final ContractNetwork network, final Transport opened, final int requests, final long allowed) {
        transport = opened;
        final int listener = transport.listen(network.anyAddress(), ListenOptions.DEFAULT);
        final ContractPeer peer = network.connect(transport.localAddress(listener));
        final byte[] request = new byte[100];
        final byte[] sink = new byte[1 << 16];
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long allocated = Long.MAX_VALUE;
        for (int batch = 0; batch < BATCHES && allocated > allowed; batch++) {
            allocated = 0;
            for (int round = 0; round < requests; round++) {
                peer.write(request, 0, request.length);
                final int target = sent + 1;
                while (sent < target) {
                    final long before = threads.getCurrentThreadAllocatedBytes();
                    transport.poll(0);
                    allocated += threads.getCurrentThreadAllocatedBytes() - before;
                    peer.read(sink, 0, sink.length);
                }
            }
        }
        return allocated;
    }

    @Override
    public void onAccepted(final int listener, final int connection) {
    }

    @Override
    public void onConnected(final int connection) {
    }

    @Override
    public void onReceived(final int connection, final MemorySegment data, final long offset, final int length) {
        transport.write(connection, response, 0, SMALL_PART);
        transport.write(connection, response, SMALL_PART, LARGE_PART);
        transport.flush(connection);
    }

    @Override
    public void onReceiveEnd(final int connection) {
    }

    @Override
    public void onSent(final int connection) {
        sent++;
    }

    @Override
    public void onClosed(final int connection, final int cause) {
    }

    @Override
    public void onWakeup() {
    }
}
