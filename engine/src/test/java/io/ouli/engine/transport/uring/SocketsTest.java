package io.ouli.engine.transport.uring;

import io.ouli.engine.transport.ListenOptions;
import io.ouli.ffm.ErrnoCapture;
import io.ouli.ffm.LibcSocket;
import io.ouli.ffm.Native;
import io.ouli.ffm.generated.LibcHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

class SocketsTest {
    private static final int TCP_CONGESTION = 13;
    private static final int NAME_BYTES = 16;

    @Test
    void shouldControlCongestionSimplyInsideOneMachineOnly() throws Exception {
        assumeTrue(Native.available());
        final Sockets sockets = new Sockets();
        final InetSocketAddress loopback = new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0);
        final InetSocketAddress elsewhere = new InetSocketAddress(InetAddress.getByName("192.0.2.1"), 80);
        final int untouched = LibcSocket.socket(
                new ErrnoCapture(), LibcHeader.AF_INET(), LibcHeader.SOCK_STREAM() | LibcHeader.SOCK_CLOEXEC(), 0);
        final int listener = sockets.listen(loopback, ListenOptions.DEFAULT);
        final int near = sockets.forConnecting(loopback);
        final int far = sockets.forConnecting(elsewhere);
        try {
            assertEquals("reno", congestionControl(listener));
            assertEquals("reno", congestionControl(near));
            assertEquals(congestionControl(untouched), congestionControl(far));
        } finally {
            sockets.close(untouched);
            sockets.close(listener);
            sockets.close(near);
            sockets.close(far);
        }
    }

    private static String congestionControl(final int fd) {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment name = arena.allocate(NAME_BYTES + 1);
            final MemorySegment length = arena.allocateFrom(ValueLayout.JAVA_INT, NAME_BYTES);
            assertEquals(0, LibcSocket.getsockopt(
                    new ErrnoCapture(), fd, LibcHeader.IPPROTO_TCP(), TCP_CONGESTION, name, length));
            return name.getString(0);
        }
    }
}
