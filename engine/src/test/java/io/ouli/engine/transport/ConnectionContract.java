package io.ouli.engine.transport;

import io.ouli.engine.transport.ContractHandler.Seen;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** How connections and listeners of every transport come and go; part of the contract suite. */
abstract class ConnectionContract extends FileReadsContract {
    @Test
    void shouldReportAReset() {
        final ContractPeer peer = network.connect(listen());
        final Seen seen = accepted(0);
        peer.reset();
        pump(() -> seen.closed, "onClosed");
        assertEquals(Errno.ECONNRESET, seen.cause, Errno.name(seen.cause));
        assertEquals(0, transport.connectionCount());
    }

    @Test
    void shouldReportAResetInTheMiddleOfASend() {
        final ContractPeer peer = network.connect(listen());
        final Seen seen = accepted(0);
        send(seen, nativeCopy(new byte[16 << 20]));
        pumpFor(5 * MILLI);
        peer.reset();
        pump(() -> seen.closed, "onClosed");
        assertTrue(seen.cause == Errno.ECONNRESET || seen.cause == Errno.EPIPE, Errno.name(seen.cause));
        assertEquals(0, seen.sent);
    }

    @Test
    void shouldDeliverWhatAPeerSaidBeforeItRefusedTheRest() {
        final ContractPeer peer = network.connect(listen());
        final Seen seen = accepted(0);
        final byte[] reply = randomBytes(9, 50_000);
        final int said = peer.write(reply, 0, reply.length);
        peer.reset();
        network.pass();
        send(seen, nativeCopy(new byte[1_000]));
        pump(() -> seen.closed, "onClosed");
        assertArrayEquals(Arrays.copyOf(reply, said), seen.bytes());
        assertFalse(seen.ended, "a reset was told as an end");
        assertTrue(seen.cause == Errno.ECONNRESET || seen.cause == Errno.EPIPE, Errno.name(seen.cause));
    }

    @Test
    void shouldEndAPausedConnectionWhoseSendIsRefused() {
        final ContractPeer peer = network.connect(listen());
        final Seen seen = accepted(0);
        transport.pauseReceive(seen.id);
        pumpFor(5 * MILLI);
        peer.reset();
        network.pass();
        send(seen, nativeCopy(new byte[1_000]));
        pump(() -> seen.closed || seen.sent == 1, "the send's fate");
        if (!seen.closed) {
            // It left before the reset came.
            transport.resumeReceive(seen.id);
        }
        pump(() -> seen.closed, "onClosed");
        assertTrue(seen.cause == Errno.ECONNRESET || seen.cause == Errno.EPIPE, Errno.name(seen.cause));
    }

    @Test
    void shouldLeaveTheMemoryAloneAfterOnClosed() {
        final ContractPeer peer = network.connect(listen());
        final Seen seen = accepted(0);
        final MemorySegment bytes = nativeCopy(new byte[16 << 20]);
        bytes.fill((byte) 'a');
        send(seen, bytes);
        pumpFor(5 * MILLI);
        close(seen);
        close(seen);
        pump(() -> seen.closed, "onClosed");
        bytes.fill((byte) 'b');
        pumpFor(20 * MILLI);
        assertEquals(0, seen.sent);
        final byte[] read = new byte[1 << 16];
        pump(() -> {
            final int length = peer.read(read, 0, read.length);
            for (int i = 0; i < length; i++) {
                assertEquals('a', read[i], "memory was read after onClosed");
            }
            return length < 0;
        }, "the end");
    }

    @Test
    void shouldIgnoreWhatIsAskedOfAClosingConnection() {
        network.connect(listen());
        final Seen seen = accepted(0);
        final MemorySegment bytes = nativeCopy(new byte[10]);
        transport.write(seen.id, bytes, 0, 10);
        close(seen);
        transport.write(seen.id, bytes, 0, 10);
        transport.flush(seen.id);
        transport.pauseReceive(seen.id);
        transport.resumeReceive(seen.id);
        transport.shutdownOutput(seen.id);
        pump(() -> seen.closed, "onClosed");
        assertThrows(IllegalArgumentException.class, () -> transport.flush(seen.id));
    }

    @Test
    void shouldConnectAndTalk() {
        final ContractNetwork.PeerListener listener = network.listen();
        final Seen seen = handler.connecting(transport.connect(listener.address()));
        assertFalse(seen.connected);
        final MemorySegment bytes = nativeCopy(randomBytes(5, 3_000));
        assertThrows(IllegalStateException.class, () -> transport.write(seen.id, bytes, 0, 10));
        pump(() -> seen.connected, "onConnected");
        final ContractPeer[] peer = new ContractPeer[1];
        pump(() -> {
            peer[0] = listener.accept();
            return peer[0] != null;
        }, "the peer's accept");
        send(seen, bytes);
        assertArrayEquals(randomBytes(5, 3_000), readExactly(peer[0], 3_000));
        writeFully(peer[0], randomBytes(6, 3_000));
        pump(() -> seen.receivedBytes == 3_000, "the answer");
        assertArrayEquals(randomBytes(6, 3_000), seen.bytes());
        peer[0].close();
        pump(() -> seen.ended, "onReceiveEnd");
        close(seen);
        pump(() -> seen.closed, "onClosed");
    }

    @Test
    void shouldReportARefusedConnection() {
        final Seen seen = handler.connecting(transport.connect(network.refusingAddress()));
        pump(() -> seen.closed, "onClosed");
        assertFalse(seen.connected);
        assertEquals(Errno.ECONNREFUSED, seen.cause, Errno.name(seen.cause));
        assertEquals(0, transport.connectionCount());
    }

    @Test
    void shouldCloseAConnectionThatIsStillConnecting() {
        final ContractNetwork.PeerListener listener = network.listen();
        final Seen seen = handler.connecting(transport.connect(listener.address()));
        close(seen);
        pump(() -> seen.closed, "onClosed");
        assertEquals(0, seen.cause);
        assertFalse(seen.connected);
    }

    @Test
    void shouldNameTheAddressThatIsInUse() {
        final InetSocketAddress address = listen();
        final TransportException e = assertThrows(TransportException.class,
                () -> transport.listen(address, ListenOptions.DEFAULT));
        assertTrue(e.getMessage().contains(":" + address.getPort()), e.getMessage());
        assertTrue(e.getMessage().contains("in use; stop the other process or choose another port"), e.getMessage());
        assertFalse(e.getMessage().contains("\n"));
    }

    @Test
    void shouldListenOnIpv6() throws UnknownHostException {
        Assumptions.assumeTrue(network.hasIpv6(), "this machine has no IPv6 loopback interface");
        final int listener = transport.listen(new InetSocketAddress(InetAddress.getByName("::1"), 0),
                ListenOptions.DEFAULT);
        final ContractPeer peer = network.connect(transport.localAddress(listener));
        final Seen seen = accepted(0);
        writeFully(peer, new byte[5]);
        pump(() -> seen.receivedBytes == 5, "receiving");
    }

    @Test
    void shouldShareAPortOnlyWhenBothAskForIt() {
        Assumptions.assumeTrue(network.sharesPorts(), "this platform does not spread connections over listeners");
        final int listener = transport.listen(network.anyAddress(), new ListenOptions(100, true));
        final InetSocketAddress address = transport.localAddress(listener);
        final ContractHandler secondHandler = new ContractHandler();
        final Transport second = network.open(OPTIONS, secondHandler);
        assertThrows(TransportException.class, () -> second.listen(address, ListenOptions.DEFAULT));
        second.listen(address, new ListenOptions(100, true));
        for (int i = 0; i < 40; i++) {
            network.connect(address);
        }
        secondHandler.polling(true);
        pump(() -> {
            second.poll(0);
            return handler.all.size() + secondHandler.all.size() == 40;
        }, "both transports' connections");
        assertTrue(handler.all.size() > 0 && secondHandler.all.size() > 0, "one transport got all connections");
    }

    @Test
    void shouldRefuseAnUnresolvedHost() {
        final InetSocketAddress address = InetSocketAddress.createUnresolved("nowhere.invalid", 80);
        assertThrows(TransportException.class, () -> transport.listen(address, ListenOptions.DEFAULT));
        final TransportException e = assertThrows(TransportException.class, () -> transport.connect(address));
        assertTrue(e.getMessage().contains("nowhere.invalid"), e.getMessage());
    }

    @Test
    void shouldStopAcceptingAndKeepWhatItHas() {
        final int listener = transport.listen(network.anyAddress(), ListenOptions.DEFAULT);
        final InetSocketAddress address = transport.localAddress(listener);
        assertNotEquals(0, address.getPort());
        final ContractPeer peer = network.connect(address);
        final Seen seen = accepted(0);
        transport.closeListener(listener);
        pumpFor(5 * MILLI);
        final Seen late = handler.connecting(transport.connect(address));
        pump(() -> late.closed, "the late connection's end");
        assertEquals(Errno.ECONNREFUSED, late.cause, Errno.name(late.cause));
        writeFully(peer, new byte[10]);
        pump(() -> seen.receivedBytes == 10, "receiving on");
        assertThrows(IllegalArgumentException.class, () -> transport.localAddress(listener));
        // The port is free again.
        transport.listen(address, ListenOptions.DEFAULT);
    }

    @Test
    void shouldRefuseAtOnceBeyondTheLimit() {
        reopen(OPTIONS.withMaxConnections(2), new ContractHandler());
        final InetSocketAddress address = listen();
        network.connect(address);
        final Seen first = accepted(0);
        network.connect(address);
        accepted(1);
        final ContractPeer third = network.connect(address);
        readEnd(third);
        assertEquals(1, transport.counters().refused());
        assertEquals(2, transport.counters().accepted());
        assertThrows(TransportException.class, () -> transport.connect(address));
        close(first);
        pump(() -> first.closed, "onClosed");
        network.connect(address);
        accepted(2);
        assertEquals(1, transport.counters().refused());
    }

    @Test
    void shouldUseAnIdAgainOnlyAfterOnClosed() {
        reopen(OPTIONS.withMaxConnections(3), new ContractHandler());
        final InetSocketAddress address = listen();
        for (int i = 0; i < 200; i++) {
            // The handler fails if an id comes back too early, or if a late event meets the next owner.
            final ContractPeer peer = network.connect(address);
            final Seen seen = accepted(i);
            writeFully(peer, new byte[100]);
            if (i % 3 == 0) {
                pump(() -> seen.receivedBytes == 100, "receiving");
            }
            send(seen, nativeCopy(new byte[1_000]));
            close(seen);
            if (i % 2 == 0) {
                peer.reset();
            }
            pump(() -> transport.connectionCount() < 3, "a free place");
        }
        pump(() -> handler.open.isEmpty(), "the end of all");
        assertEquals(0, transport.connectionCount());
    }

    @Test
    void shouldLetACallbackCloseAnyConnection() {
        reopen(OPTIONS, new ContractHandler() {
            @Override
            public void onReceived(final int connection, final MemorySegment data, final long offset,
                    final int length) {
                super.onReceived(connection, data, offset, length);
                for (final Seen seen : List.copyOf(open.values())) {
                    seen.closeAsked = true;
                    transport.close(seen.id);
                }
            }
        });
        final InetSocketAddress address = listen();
        for (int i = 0; i < 10; i++) {
            final ContractPeer peer = network.connect(address);
            accepted(i);
            if (i == 9) {
                writeFully(peer, new byte[10]);
            }
        }
        pump(() -> handler.open.isEmpty(), "the end of all");
        assertTrue(handler.all.stream().allMatch(seen -> seen.cause == 0));
    }

    @Test
    void shouldCloseWithEverythingInFlight() {
        final InetSocketAddress address = listen();
        final ContractNetwork.PeerListener listener = network.listen();
        final ContractPeer reader = network.connect(address);
        send(accepted(0), nativeCopy(new byte[16 << 20]));
        network.connect(address);
        accepted(1);
        handler.connecting(transport.connect(listener.address()));
        transport.close();
        transport.close();
        // The handler fails on any event outside poll; the peer sees an end.
        final byte[] sink = new byte[1 << 16];
        final long start = System.nanoTime();
        int length = 0;
        while (length >= 0 && System.nanoTime() - start < 60 * SECOND) {
            length = reader.read(sink, 0, sink.length);
            network.pass();
        }
        assertTrue(length < 0, "the peer sees no end");
    }
}
