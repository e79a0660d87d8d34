package io.ouli.engine.transport;

import java.io.FileInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A process that runs out of descriptors neither fails nor spins, says so, and accepts again when there are some. */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class DescriptorLimitTest {
    private static final String OK = "accepted after a rest";

    @Test
    void shouldRestOnNio() throws Exception {
        assertSaidOnce(run("nio"));
    }

    @Test
    void shouldRestOnIoUring() throws Exception {
        UringContract.requireIoUring();
        assertSaidOnce(run("io_uring"));
    }

    /** Several failures, one line, by whatever logger is found without descriptors. */
    private static void assertSaidOnce(final String output) {
        assertTrue(output.endsWith(OK), output);
        assertEquals(2, output.split("\\(EMFILE\\); raise its limit \\(ulimit -n\\)", -1).length, output);
    }

    private static String run(final String choice) throws IOException, InterruptedException {
        final List<String> command = new ArrayList<>(List.of("sh", "-c", "ulimit -n 300 && exec \"$@\"", "sh"));
        command.addAll(ChildProcess.command(Child.class, "-D" + Transports.CHOICE_PROPERTY + "=" + choice));
        return ChildProcess.run(command);
    }

    /** The process. */
    static final class Child {
        private final ContractHandler handler = new ContractHandler();
        private final Transport transport = Transports.open(TransportOptions.DEFAULT, handler);
        private final List<FileInputStream> fillers = new ArrayList<>();
        /** Held, because a channel that is collected as garbage gives its descriptor back. */
        private final List<SocketChannel> clients = new ArrayList<>();

        private Child() {
            handler.polling(true);
        }

        public static void main(final String[] args) throws IOException {
            // As a program has that says when it begins: java.util.logging needs descriptors to start.
            System.getLogger("io.ouli.test").log(System.Logger.Level.INFO, "begins");
            new Child().run();
            System.out.println(OK);
        }

        private void run() throws IOException {
            final InetSocketAddress address = transport.localAddress(transport.listen(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), ListenOptions.DEFAULT));
            // Loads every class that is needed later, since loading one takes a descriptor, too.
            clients.add(SocketChannel.open(address));
            pollUntilAccepted(1);
            handler.connecting(transport.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1)));
            while (handler.open.size() > 1) {
                transport.poll(1_000_000);
            }
            fill();
            // Enough for three of the four ends of two connections.
            free(3);
            clients.add(SocketChannel.open(address));
            clients.add(SocketChannel.open(address));
            final long calls = transport.counters().enterCalls();
            final long start = System.nanoTime();
            while (System.nanoTime() - start < 300_000_000 || transport.counters().acceptFailures() < 2) {
                transport.poll(300_000_000);
            }
            check(transport.counters().accepted() == 2, "accepted " + transport.counters().accepted());
            check(transport.counters().acceptFailures() > 1, "failed once only");
            check(transport.counters().acceptFailures() < 20, "failed all the time");
            check(transport.counters().enterCalls() - calls < 60, "spun");
            free(10);
            pollUntilAccepted(3);
        }

        private void fill() {
            try {
                while (true) {
                    fillers.add(new FileInputStream("/dev/null"));
                }
            } catch (final IOException full) {
                check(full.getMessage().contains("Too many open files"), full.getMessage());
            }
        }

        private void free(final int count) throws IOException {
            for (int i = 0; i < count; i++) {
                fillers.removeLast().close();
            }
        }

        private void pollUntilAccepted(final int count) {
            while (transport.counters().accepted() < count) {
                transport.poll(1_000_000_000);
            }
        }

        private static void check(final boolean holds, final String message) {
            if (!holds) {
                throw new IllegalStateException(message);
            }
        }
    }
}
