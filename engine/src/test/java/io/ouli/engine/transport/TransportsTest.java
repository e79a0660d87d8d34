package io.ouli.engine.transport;

import io.ouli.engine.transport.uring.UringTransport;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

@Timeout(value = 180, unit = TimeUnit.SECONDS)
class TransportsTest {
    private static final String REASON =
            "io_uring is forbidden: check sysctl kernel.io_uring_disabled (0 allows it)";

    @Test
    void shouldParseTheChoice() {
        assertEquals(TransportChoice.AUTO, TransportChoice.parse("auto"));
        assertEquals(TransportChoice.IO_URING, TransportChoice.parse(" io_uring "));
        assertEquals(TransportChoice.IO_URING, TransportChoice.parse("IO-URING"));
        assertEquals(TransportChoice.NIO, TransportChoice.parse("nio"));
        final TransportException e = assertThrows(TransportException.class, () -> TransportChoice.parse("epoll"));
        assertEquals("unknown transport 'epoll'; choose auto, io_uring or nio", e.getMessage());
    }

    @Test
    void shouldFallBackWithTheReasonInTheDescription() {
        try (Transport transport = open(TransportChoice.AUTO)) {
            assertEquals(TransportKind.NIO, transport.kind());
            assertTrue(transport.description().contains(
                    OS.LINUX.isCurrentOs() ? REASON : "io_uring is for Linux"), transport.description());
            assertFalse(transport.description().contains("\n"));
        }
    }

    @Test
    void shouldRefuseRatherThanFallBackWhenAskedForIoUring() {
        final TransportException e =
                assertThrows(TransportException.class, () -> open(TransportChoice.IO_URING));
        assertTrue(e.getMessage().contains(REASON), e.getMessage());
        assertTrue(e.getMessage().contains("choose auto or nio"), e.getMessage());
    }

    @Test
    void shouldTakeNioWhenAskedFor() {
        try (Transport transport = open(TransportChoice.NIO)) {
            assertEquals(TransportKind.NIO, transport.kind());
            assertTrue(transport.description().endsWith("as asked for"), transport.description());
        }
    }

    @Test
    void shouldSayWhyNioWasTakenForTheUser() {
        final TransportOptions options =
                TransportOptions.DEFAULT.withChoice(TransportChoice.NIO, "because it rains").withMaxConnections(2)
                        .withReceiveBuffers(4, 512).withSendQuantumBytes(4_096).withSpinNanos(1);
        try (Transport transport = Transports.open(options, new ContractHandler())) {
            assertTrue(transport.description().endsWith("because it rains"), transport.description());
        }
    }

    @Test
    void shouldTakeIoUringWhereItIsOffered() {
        UringContract.requireIoUring();
        try (Transport transport = Transports.open(TransportOptions.DEFAULT, new ContractHandler(),
                TransportChoice.AUTO, UringTransport::new)) {
            assertEquals(TransportKind.IO_URING, transport.kind());
            assertTrue(transport.description().startsWith("io_uring ("), transport.description());
        }
    }

    @Test
    void shouldCheckTheOptions() {
        final TransportOptions options = TransportOptions.DEFAULT;
        options.withMaxConnections(1);
        options.withMaxConnections(1 << 20);
        final List<Runnable> wrong = List.of(
                () -> options.withMaxConnections(0), () -> options.withMaxConnections((1 << 20) + 1),
                () -> options.withReceiveBuffers(0, 4_096), () -> options.withReceiveBuffers(3, 4_096),
                () -> options.withReceiveBuffers(1 << 16, 4_096), () -> options.withReceiveBuffers(4, 511),
                () -> options.withReceiveBuffers(4, (1 << 20) + 1), () -> options.withSendQuantumBytes(4_095),
                () -> options.withSpinNanos(-1), () -> options.withChoice(null));
        for (final Runnable call : wrong) {
            assertThrows(TransportException.class, call::run);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void shouldObeyTheSystemProperties() throws Exception {
        assertTrue(describe("-Douli.transport=nio").endsWith("as asked for"));
        assertTrue(describe("-Douli.uring.enabled=false").contains("switched off by -Douli.uring.enabled=false"));
        assertTrue(describe("-Douli.transport=io_uring", "-Douli.uring.enabled=false")
                .contains("TransportException: io_uring was asked for and is refused"));
        assertTrue(describe("-Douli.transport=epoll").contains("-Douli.transport: unknown transport 'epoll'"));
    }

    private static Transport open(final TransportChoice choice) {
        return Transports.open(TransportOptions.DEFAULT, new ContractHandler(), choice, (options, handler) -> {
            throw new UnsupportedOperationException(REASON);
        });
    }

    private static String describe(final String... properties) throws IOException, InterruptedException {
        return ChildProcess.run(ChildProcess.command(Describe.class, properties));
    }

    /** Prints which transport it gets. */
    static final class Describe {
        private Describe() {
        }

        public static void main(final String[] args) {
            try (Transport transport = Transports.open(TransportOptions.DEFAULT, new ContractHandler())) {
                System.out.println(transport.description());
            }
        }
    }
}
