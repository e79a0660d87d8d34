package io.ouli.engine.transport;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The contract on io_uring with all that the kernel offers, and what only io_uring has. */
class UringTransportTest extends TransportContractTest {
    @Override
    ContractNetwork network() {
        return UringContract.network();
    }

    @Test
    void shouldCountExhaustedBuffersAndArmAgain() {
        reopen(OPTIONS.withReceiveBuffers(2, 512), new ContractHandler());
        final ContractPeer peer = network.connect(listen());
        final ContractHandler.Seen seen = accepted(0);
        writeFully(peer, randomBytes(1, 100_000));
        pump(() -> seen.receivedBytes == 100_000, "all bytes");
        assertArrayEquals(randomBytes(1, 100_000), seen.bytes());
        assertTrue(transport.counters().bufferExhaustions() > 0);
        assertTrue(transport.counters().rearmed() >= transport.counters().bufferExhaustions());
    }

    @Test
    void shouldEnterOnceATurn() {
        final ContractPeer peer = network.connect(listen());
        final ContractHandler.Seen seen = accepted(0);
        writeFully(peer, new byte[10]);
        pump(() -> seen.receivedBytes == 10, "receiving");
        transport.write(seen.id, nativeCopy(new byte[10]), 0, 10);
        transport.flush(seen.id);
        final long calls = transport.counters().enterCalls();
        while (seen.sent == 0) {
            poll(SECOND);
        }
        assertEquals(calls + 1, transport.counters().enterCalls(), "the send and its completion take one enter");
    }

    @Test
    void shouldSpinBeforeItSleeps() {
        // Longer than a busy machine pauses.
        reopen(OPTIONS.withSpinNanos(300 * MILLI), new ContractHandler());
        final long calls = transport.counters().enterCalls();
        poll(300 * MILLI);
        assertTrue(transport.counters().enterCalls() - calls > 5, "it has not looked again");
    }

    @Test
    void shouldNotAllocateOnThePathOfARequest() {
        final AllocationProbe probe = new AllocationProbe(arena.allocate(100_000));
        assertEquals(0, probe.measure(network, network.open(OPTIONS, probe), 500, 0));
    }
}
